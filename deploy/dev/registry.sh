# shellcheck shell=bash
# Who belongs: the registry (docs/policies.md), kept with shadowctl (docs/shadowctl.md).
# Needs console.sh, readiness.sh, the settings, the folders in $state and $certificates, and the
# program in $shadowctl.

# write_shadowctl_settings: so that `shadowctl --config STATE/shadowctl.conf` is all it takes.
write_shadowctl_settings() {
  cat >"$state/shadowctl.conf.new" <<SETTINGS
# Written by ./run at each start: changes here are lost.
registry = $state/registry
ca = $certificates/ca
things = $certificates/things
reload = $state/run/broker.pid
credentials_dir = $state/credentials
data_dir = $state/shadows
admin_socket = $state/run/admin.sock
SETTINGS
  if [[ ${port[https]} != 0 ]]; then
    cat >>"$state/shadowctl.conf.new" <<SETTINGS
endpoint = https://$(reachable_host):${port[https]}
cafile = $certificates/ca/ca.pem
SETTINGS
  fi
  if [[ ${port[mqtt]} != 0 ]]; then
    echo "broker = mqtt://$(reachable_host):${port[mqtt]}" >>"$state/shadowctl.conf.new"
  fi
  mv "$state/shadowctl.conf.new" "$state/shadowctl.conf"
}

# make_thing NAME: with key, certificate and policy; what is good is kept. The broker that would
# be told of it is not there yet, and reads the registry when it starts.
make_thing() {
  local said
  said=$("$shadowctl" --config "$state/shadowctl.conf" thing create "$1" --reload '' --admin-socket '' 2>&1) ||
    fail "the thing $1 could not be made: ${said#shadowctl: }"
}
