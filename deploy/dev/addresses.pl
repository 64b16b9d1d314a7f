# Which addresses a name or an address stands for: addresses.pl NAME prints each once, one a line, as
# the broker would listen on them; or one sentence, and ends with 1. Perl, because it is on every
# Debian, and getent leaves out what the machine has no route for.
use strict;
use warnings;
use Socket qw(:addrinfo SOCK_STREAM);

my ($name) = @ARGV;
my ($error, @places) = getaddrinfo($name, '', {socktype => SOCK_STREAM, flags => AI_PASSIVE});
if ($error) {
  print "--bind $name is no address or name of this machine ($error)\n";
  exit 1;
}
my %seen;
for my $place (@places) {
  my ($unknown, $address) = getnameinfo($place->{addr}, NI_NUMERICHOST, NIx_NOSERV);
  print "$address\n" unless $unknown || $seen{$address}++;
}
