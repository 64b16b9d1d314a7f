#!/bin/sh
# How the files beside this one were made. They stay as they are: cases know them by name, and their
# ids by what they are. Every certificate holds for a hundred years. The two keys are the test
# authorities', with which a case signs what cannot be known before (a registration code).
#
#   authority.pem, .key    an authority           other.pem, .key   another one
#   twin.pem               one with authority's subject and another key
#   same-key.pem           one with authority's subject and key
#   device-1.pem, -2.pem   issued by authority    twin-device.pem   issued by twin
#   stranger.pem           issued by an authority that is not here
#   self.pem               self-signed, and no authority
#   wrong-code.pem         issued by authority, for a registration code that nobody has
#   many-01.pem to -11.pem authorities of one subject
#   rsa-2048.csr, rsa-1024.csr, p-256.csr, p-384.csr, p-521.csr, ed25519.csr, secp256k1.csr
#   forged.csr             p-256.csr with the last byte of its signature changed
set -eu
cd "$(dirname "$0")"
export LC_ALL=C
days=36500
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1" 2>/dev/null; }

authority() {  # FILE KEY NAME
  key "$2"
  again "$@"
}

again() {  # the same with a key that is there
  openssl req -x509 -new -key "$2" -subj "/O=mosquitto-shadow cases/CN=$3" -days $days -sha256 \
    -addext 'keyUsage=critical,keyCertSign,cRLSign' -out "$1"
}

issue() {  # FILE AUTHORITY KEY NAME
  key "$work/leaf.key"
  openssl req -new -key "$work/leaf.key" -subj "/CN=$4" -out "$work/leaf.csr"
  printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n' >"$work/leaf.ext"
  openssl x509 -req -in "$work/leaf.csr" -CA "$2" -CAkey "$3" -set_serial "0x$(openssl rand -hex 16)" \
    -days $days -sha256 -extfile "$work/leaf.ext" -out "$1" 2>/dev/null
}

authority authority.pem authority.key 'Cases authority'
authority other.pem other.key 'Other authority'
authority twin.pem "$work/twin.key" 'Cases authority'
again same-key.pem authority.key 'Cases authority'
authority "$work/stranger-ca.pem" "$work/stranger-ca.key" 'Nowhere'
issue device-1.pem authority.pem authority.key 'device 1'
issue device-2.pem authority.pem authority.key 'device 2'
issue twin-device.pem twin.pem "$work/twin.key" 'twin device'
issue stranger.pem "$work/stranger-ca.pem" "$work/stranger-ca.key" 'stranger'
issue wrong-code.pem authority.pem authority.key "$(printf '%064d' 0)"
key "$work/self.key"
openssl req -x509 -new -key "$work/self.key" -subj '/CN=self' -days $days -sha256 -out self.pem \
  -config /dev/stdin <<END
[req]
distinguished_name=name
x509_extensions=leaf
[name]
[leaf]
basicConstraints=critical,CA:FALSE
END
for number in 01 02 03 04 05 06 07 08 09 10 11; do
  authority "many-$number.pem" "$work/many.key" 'One of many'
done

request() {  # FILE, then what genpkey takes
  file=$1
  shift
  openssl genpkey -out "$work/request.key" "$@" 2>/dev/null
  openssl req -new -key "$work/request.key" -subj '/O=cases/CN=asked for' -out "$file"
}
request rsa-2048.csr -algorithm RSA -pkeyopt rsa_keygen_bits:2048
request rsa-1024.csr -algorithm RSA -pkeyopt rsa_keygen_bits:1024
request p-256.csr -algorithm EC -pkeyopt ec_paramgen_curve:P-256
request p-384.csr -algorithm EC -pkeyopt ec_paramgen_curve:P-384
request p-521.csr -algorithm EC -pkeyopt ec_paramgen_curve:P-521
request ed25519.csr -algorithm ED25519
request secp256k1.csr -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1
openssl req -in p-256.csr -outform DER -out "$work/der"
/usr/bin/python3 - "$work/der" <<'END'
import pathlib, sys
file = pathlib.Path(sys.argv[1])
der = bytearray(file.read_bytes())
der[-1] ^= 1
file.write_bytes(der)
END
{
  echo '-----BEGIN CERTIFICATE REQUEST-----'
  base64 -w 64 "$work/der"
  echo '-----END CERTIFICATE REQUEST-----'
} >forged.csr
