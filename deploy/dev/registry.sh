# shellcheck shell=bash
# Who belongs: the registry (docs/policies.md), kept with shadowctl (docs/shadowctl.md).
# Needs console.sh, ownership.sh, readiness.sh, the settings, the folders in $state and $certificates, and the
# program in $shadowctl.

# write_shadowctl_settings: so that `shadowctl --config STATE/shadowctl.conf` is all it takes.
write_shadowctl_settings() {
  {
    cat <<SETTINGS
# Written by ./run at each start: changes here are lost.
registry = $state/registry
ca = $certificates/ca
things = $certificates/things
reload = $state/run/broker.pid
credentials_dir = $state/credentials
data_dir = $state/shadows
admin_socket = $state/sockets/admin.sock
console_users = $state/console/users
SETTINGS
    if has_console; then
      echo "console = $(console_address)"
      echo "console_token_file = $state/console/token"
    fi
    if [[ ${port[https]} != 0 ]]; then
      echo "endpoint = https://$(reachable_host):${port[https]}"
      echo "cafile = $certificates/ca/ca.pem"
    fi
    if [[ ${port[mqtt]} != 0 ]]; then
      echo "broker = mqtt://$(reachable_host):${port[mqtt]}"
    fi
  } | put_file "$state/shadowctl.conf" 644
}

# make_administrator: a key for `aws iot` that may do everything, once; how to use it is in its file.
make_administrator() {
  local file=$state/administrator.env said
  [[ ! -s $file ]] || return 0
  said=$(
    ask() { "$shadowctl" --config "$state/shadowctl.conf" "$@" --admin-socket '' 2>&1; }
    ask policy put administrator - --reload '' <<'POLICY' >/dev/null && ask credentials create --policy administrator
{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
POLICY
  ) || fail "the administrator's key could not be made: ${said#shadowctl: }"
  {
    echo "# For \`aws iot\`, boto3 and others: set -a; . $file; set +a"
    grep '^AWS_' <<<"$said"
    echo "AWS_DEFAULT_REGION=us-east-1"
    echo "AWS_CA_BUNDLE=$certificates/ca/ca.pem"
    echo "AWS_ENDPOINT_URL=https://$(reachable_host):${port[https]}"
  } | put_file "$file" 600
}

# make_thing NAME: with key, certificate and policy; what is good is kept. The broker that would
# be told of it is not there yet, and reads the registry when it starts.
make_thing() {
  local said
  said=$("$shadowctl" --config "$state/shadowctl.conf" thing create "$1" --reload '' --admin-socket '' 2>&1) ||
    fail "the thing $1 could not be made: ${said#shadowctl: }"
}
