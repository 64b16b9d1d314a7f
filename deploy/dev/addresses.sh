# shellcheck shell=bash
# Where the ports are: what --bind says, as addresses. A name is looked up once, here, since each
# part would do it in a way of its own, and the broker's WebSocket port not at all.
# Needs console.sh and the settings.

bind_addresses=()

# find_addresses: fills $bind_addresses. `::` is every address of this machine.
find_addresses() {
  local found
  found=$(perl "$root/deploy/dev/addresses.pl" "$bind") || fail "${found:-$bind could not be looked up}"
  mapfile -t bind_addresses <<<"$found"
  if [[ $bind =~ ^[0-9.]+$ || $bind == *:* ]]; then bind=$found; fi  # as it is usually written
  if [[ $bind == :: ]]; then bind_addresses+=(0.0.0.0); fi
  if [[ $found == *%* && ${port[ws]} != 0 ]]; then
    fail "--ws-port cannot be had with --bind $bind: the broker's WebSocket port knows no address of" \
      "one link alone"
  fi
  if [[ $found == *%* && ${port[aws]} != 0 ]]; then
    fail "--aws-port cannot be had with --bind $bind: HAProxy knows no address of one link alone"
  fi
}

# check_ports: says at once what mosquitto would say late and without the port, or not at all.
check_ports() {
  local name address wanted=() refusal
  for name in mqtt mqtts ws aws https; do
    for address in "${bind_addresses[@]}"; do
      [[ ${port[$name]} == 0 ]] || wanted+=("--$name-port" "${port[$name]}" "$address")
    done
  done
  for name in metrics http; do
    [[ ${port[$name]} == 0 ]] || wanted+=("--$name-port" "${port[$name]}" 127.0.0.1)
  done
  refusal=$(perl "$root/deploy/dev/free_ports.pl" "$bind" "${wanted[@]}") || {
    if [[ $refusal == *'in use'* ]] && systemctl is-active --quiet mosquitto.service 2>/dev/null; then
      refusal+=" (Debian's own broker runs here: systemctl disable --now mosquitto)"
    fi
    fail "${refusal:-the ports could not be tried}"
  }
}

# check_openness: whoever reaches a port without TLS may do anything.
check_openness() {
  local address
  [[ $allow_open == false ]] || return 0
  for address in "${bind_addresses[@]}"; do
    [[ $address == 127.* || $address == ::1 ]] ||
      fail "--bind $bind opens the ports without TLS to other machines, where anybody may do" \
        "anything: --allow-open if that is what you want"
  done
}

# reachable ADDRESS: one to reach this machine by, for the address that a port listens on.
reachable() {
  case $1 in
    0.0.0.0) echo 127.0.0.1 ;;
    ::) echo ::1 ;;
    *) echo "$1" ;;
  esac
}

# in_url ADDRESS: as URLs have it.
in_url() {
  if [[ $1 == *:* ]]; then echo "[$1]"; else echo "$1"; fi
}

# The same for what --bind says, which may be a name.
reachable_address() { reachable "$bind"; }
reachable_host() { in_url "$(reachable "$bind")"; }
