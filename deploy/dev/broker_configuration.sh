# shellcheck shell=bash
# Writes mosquitto.conf. Needs the settings, and the plugin's path in $plugin.

write_broker_configuration() {
  local template text
  template=$(dirname "${BASH_SOURCE[0]}")/mosquitto.conf.in
  text=$(<"$template")
  text=${text//@STATE@/"$state"}
  text=${text//@PLUGIN@/"$plugin"}
  text=${text//@MQTT_PORT@/${port[mqtt]}}
  text=${text//@BIND@/$bind}
  text=${text//@ALLOW_OPEN@/$allow_open}
  {
    printf '%s\n' "$text"
    tls_listener "${port[mqtts]}"
    if [[ ${port[ws]} != 0 ]]; then printf '\nlistener %s %s\nprotocol websockets\n' "${port[ws]}" "$bind"; fi
    if [[ ${port[aws]} != 0 ]]; then tls_listener "${port[aws]}"; fi
    if [[ -n $runs_as_root ]]; then printf '\nuser root\n'; fi
  } >"$state/mosquitto.conf.new"
  mv "$state/mosquitto.conf.new" "$state/mosquitto.conf"
}

tls_listener() {
  cat <<LISTENER

listener $1 $bind
cafile $state/certificates/ca/ca.pem
certfile $state/certificates/server/server.pem
keyfile $state/certificates/server/server.key
require_certificate true
LISTENER
}
