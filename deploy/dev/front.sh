# shellcheck shell=bash
# What is before broker and service with --aws-port: one port for MQTT, HTTPS and WebSocket, as AWS has
# it on 443 (deploy/front/haproxy.cfg).
# Needs ownership.sh, the settings, the addresses, parts.sh and the checkout in $root.

front_environment=()

# provide_front: if it is wanted, it is a part; without an HTTPS port all of it is the broker's.
provide_front() {
  local address listening=() mqtt https
  [[ ${port[aws]} != 0 ]] || return 0
  for address in "${bind_addresses[@]}"; do listening+=("$(in_url "$address"):${port[aws]}"); done
  address=$(in_url "$(reachable "${bind_addresses[0]}")")
  mqtt=$address:${port[mqtts]}
  https=$address:${port[https]}
  if [[ ${port[https]} == 0 ]]; then https=$mqtt; fi
  front_environment=("SHADOW_FRONT=$(IFS=, && echo "${listening[*]}")" "SHADOW_FRONT_MQTT=$mqtt"
    "SHADOW_FRONT_HTTPS=$https")
  part_names+=(front)
  put_file "$state/haproxy.cfg" 644 <"$root/deploy/front/haproxy.cfg"
}
