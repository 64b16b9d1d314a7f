# Can we listen there? free_ports.pl BIND (OPTION PORT ADDRESS)...; BIND is what --bind was given.
# Prints one sentence and ends with 1 for the first port that could not be had. Perl, because it
# is on every Debian, and only a real bind() tells a port in use from a missing right.
use strict;
use warnings;
use Errno qw(EACCES EADDRINUSE EADDRNOTAVAIL);
use Socket qw(:addrinfo AF_INET6 IPPROTO_IPV6 IPV6_V6ONLY SOCK_STREAM SOL_SOCKET SO_REUSEADDR);

my ($bind, @wanted) = @ARGV;

sub refuse { print "@_\n"; exit 1; }

while (my ($option, $port, $address) = splice @wanted, 0, 3) {
  my ($error, $place) = getaddrinfo($address, $port, {socktype => SOCK_STREAM, flags => AI_PASSIVE});
  refuse("--bind $bind is no address of this machine ($error)") if $error;
  socket(my $socket, $place->{family}, $place->{socktype}, $place->{protocol}) or next;
  setsockopt($socket, SOL_SOCKET, SO_REUSEADDR, 1);
  setsockopt($socket, IPPROTO_IPV6, IPV6_V6ONLY, 1) if $place->{family} == AF_INET6;
  next if bind($socket, $place->{addr});
  refuse("$option $port is in use on $address: stop what listens there, or choose another port")
    if $! == EADDRINUSE;
  refuse("$option $port is a privileged port: start as root, or choose one from 1024 on")
    if $! == EACCES;
  refuse("--bind $bind is no address of this machine") if $! == EADDRNOTAVAIL;
  refuse("$option $port cannot be listened on at $address: $!");
}
