# shellcheck shell=bash
# Writes mosquitto.conf. Needs ownership.sh, the settings, the addresses, and the plugin's path in
# $plugin.

write_broker_configuration() {
  local template text address
  template=$(dirname "${BASH_SOURCE[0]}")/mosquitto.conf.in
  text=$(<"$template")
  text=${text//@STATE@/"$state"}
  text=${text//@PLUGIN@/"$plugin"}
  text=${text//@ALLOW_OPEN@/$allow_open}
  if [[ ${port[ws]} != 0 ]]; then text=${text//@OPEN_TO_WEBSOCKET@/true}; fi
  text=${text//@OPEN_TO_WEBSOCKET@/false}
  {
    printf '%s\n' "$text"
    for address in "${bind_addresses[@]}"; do
      printf '\nlistener %s %s\n' "${port[mqtt]}" "$address"
      tls_listener "${port[mqtts]}" "$address"
      if [[ ${port[ws]} != 0 ]]; then websocket_listener "${port[ws]}" "$address"; fi
    done
    if [[ -n $runs_as_root ]]; then printf '\nuser root\n'; fi
  } | put_file "$state/mosquitto.conf" 644
}

# tls_listener PORT ADDRESS
tls_listener() {
  cat <<LISTENER

listener $1 $2
cafile $state/certificates/ca/ca.pem
capath $state/trusted
certfile $state/certificates/server/server.pem
keyfile $state/certificates/server/server.key
require_certificate true
LISTENER
}

# websocket_listener PORT ADDRESS. Mosquitto 2.0.11, Debian 12's, takes an IPv4 address for every
# address, IPv6 too, unless it is told the domain; and `::` for those of IPv4, too.
websocket_listener() {
  if [[ $bind == :: && $2 != :: && $(mosquitto -h) == 'mosquitto version 2.0.11'$'\n'* ]]; then return 0; fi
  printf '\nlistener %s %s\nprotocol websockets\n' "$1" "$2"
  if [[ $2 != *:* ]]; then echo 'socket_domain ipv4'; fi
}
