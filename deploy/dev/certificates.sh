# shellcheck shell=bash
# A development certificate authority and what it issues, each in a folder of its own:
#
#   certificates/ca/ca.pem, ca.key
#   certificates/server/server.pem, server.key
#
# A folder appears complete or not at all, and is used again as long as it is good. What devices
# get, certificates/things/THING, is shadowctl's work (registry.sh).
# Needs console.sh, and the certificates folder in $certificates.

openssl_configuration=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/openssl.cnf

# As those that shadowctl issues, and AWS's.
certificate_end=20491231235959Z

# Two minutes back: a device's clock may be a little behind ours.
certificate_start() { date -u -d '2 minutes ago' +%Y%m%d%H%M%SZ; }

# Browsers and some clients refuse a server certificate that lives longer.
server_certificate_end() { date -u -d '825 days' +%Y%m%d%H%M%SZ; }

# make_key FILE: an RSA key in PKCS#1, the form in which AWS hands keys out.
make_key() { (umask 077 && openssl genrsa -traditional -out "$1" 2048) 2>/dev/null; }

# issue KIND SUBJECT END KEY CERTIFICATE SIGNER...: KIND is a section of openssl.cnf, SIGNER
# is -selfsign or -cert FILE, with its -keyfile. A server's names are in CERTIFICATE_NAMES.
issue() {
  local kind=$1 subject=$2 end=$3 key=$4 certificate=$5 desk said
  shift 5
  desk=$(mktemp -d)
  : >"$desk/index.txt"
  openssl req -new -key "$key" -subj "$subject" -out "$desk/request.pem"
  said=$(cd "$desk" && CERTIFICATE_NAMES=${CERTIFICATE_NAMES:-none} \
    openssl ca -batch -notext -config "$openssl_configuration" -extensions "$kind" \
    -startdate "$(certificate_start)" -enddate "$end" \
    -in request.pem -out certificate.pem "$@" 2>&1) || {
    rm -rf "$desk"
    fail "openssl could not issue the $kind certificate: $said"
  }
  mv "$desk/certificate.pem" "$certificate"
  chmod 644 "$certificate"
  rm -rf "$desk"
}

# is_pair CERTIFICATE KEY: a key that we may not read is taken on trust.
is_pair() {
  [[ -s $1 && -s $2 ]] || return 1
  [[ -r $2 ]] || return 0
  [[ $(openssl x509 -in "$1" -noout -pubkey 2>/dev/null) == \
    $(openssl pkey -in "$2" -pubout 2>/dev/null) ]]
}

# is_issued_by_us CERTIFICATE: by our authority, and not at its end within a month.
is_issued_by_us() {
  openssl verify -CAfile "$certificates/ca/ca.pem" "$1" &>/dev/null &&
    openssl x509 -in "$1" -noout -checkend $((30 * 24 * 3600)) >/dev/null
}

# has_names CERTIFICATE NAMES: whether NAMES ("DNS:a,IP:b") are all in it.
has_names() {
  local name
  for name in ${2//,/ }; do
    case $name in
      IP:*) openssl x509 -in "$1" -noout -checkip "${name#IP:}" ;;
      DNS:*) openssl x509 -in "$1" -noout -checkhost "${name#DNS:}" ;;
    esac | grep -q 'does match' || return 1
  done
}

# place FOLDER NEW: the finished NEW becomes FOLDER.
place() { rm -rf "$1" && mkdir -p "$(dirname "$1")" && mv -T "$2" "$1"; }

# An authority that is there but of no use is never replaced: devices may trust it.
make_authority() {
  local folder=$certificates/ca new
  if [[ -e $folder ]]; then
    is_pair "$folder/ca.pem" "$folder/ca.key" ||
      fail "$folder holds no certificate authority (ca.pem and its ca.key):" \
        "put it back, or remove the folder to have a new one"
    return
  fi
  new=$(mktemp -d "$certificates/new.XXXXXX")
  make_key "$new/ca.key"
  issue authority '/O=mosquitto-shadow/CN=mosquitto-shadow development CA' "$certificate_end" \
    "$new/ca.key" "$new/ca.pem" -selfsign -keyfile "$new/ca.key"
  chmod 755 "$new"
  place "$folder" "$new"
}

# The authority's key is for whoever made it: root, if root did.
require_authority_key() {
  [[ -r $certificates/ca/ca.key ]] ||
    fail "a certificate is to be issued, but $certificates/ca/ca.key is not yours to read:" \
      "start once as $(stat -c %U "$certificates/ca/ca.key")"
}

# make_server_certificate NAMES
make_server_certificate() {
  local folder=$certificates/server new
  if is_pair "$folder/server.pem" "$folder/server.key" &&
    is_issued_by_us "$folder/server.pem" && has_names "$folder/server.pem" "$1"; then
    return
  fi
  require_authority_key
  new=$(mktemp -d "$certificates/new.XXXXXX")
  make_key "$new/server.key"
  CERTIFICATE_NAMES=$1 issue server '/O=mosquitto-shadow/CN=localhost' \
    "$(server_certificate_end)" "$new/server.key" "$new/server.pem" \
    -cert "$certificates/ca/ca.pem" -keyfile "$certificates/ca/ca.key"
  chmod 755 "$new"
  place "$folder" "$new"
}
