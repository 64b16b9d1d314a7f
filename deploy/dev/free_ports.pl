# Can the broker listen there? free_ports.pl ADDRESS OPTION=PORT...
# Prints one sentence and ends with 1 for the first port that it could not have. Perl, because
# it is on every Debian, and only a real bind() tells a port in use from a missing right.
use strict;
use warnings;
use Errno qw(EACCES EADDRINUSE EADDRNOTAVAIL);
use Socket qw(:addrinfo SOCK_STREAM SOL_SOCKET SO_REUSEADDR);

my ($address, @ports) = @ARGV;

sub refuse { print "@_\n"; exit 1; }

for (@ports) {
  my ($option, $port) = split /=/;
  my ($error, @places) = getaddrinfo($address, $port, {socktype => SOCK_STREAM, flags => AI_PASSIVE});
  refuse("--bind $address is no address or name of this machine ($error)") if $error;
  for my $place (@places) {
    socket(my $socket, $place->{family}, $place->{socktype}, $place->{protocol}) or next;
    setsockopt($socket, SOL_SOCKET, SO_REUSEADDR, 1);
    next if bind($socket, $place->{addr});
    refuse("$option $port is in use on $address: stop what listens there, or choose another port")
      if $! == EADDRINUSE;
    refuse("$option $port is a privileged port: start as root, or choose one from 1024 on")
      if $! == EACCES;
    refuse("--bind $address is no address of this machine") if $! == EADDRNOTAVAIL;
    refuse("$option $port cannot be listened on at $address: $!");
  }
}
