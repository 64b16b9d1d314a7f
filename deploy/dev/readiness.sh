# shellcheck shell=bash
# Ready is when the broker and the service have answered a real request.
# Needs the settings, parts.sh and the sample thing's name in $thing.

ready_seconds=30

# An address to reach the broker by: where it listens, or this machine if that is everywhere.
reachable_address() {
  case $bind in
    0.0.0.0) echo 127.0.0.1 ;;
    ::) echo ::1 ;;
    *) echo "$bind" ;;
  esac
}

# The same as URLs have it.
reachable_host() {
  local address
  address=$(reachable_address)
  [[ $address != *:* ]] || address="[$address]"
  echo "$address"
}

# has_answered: asks for the sample thing's shadow until there is an answer or the broker is
# gone. 404 is an answer too; 500 is the plugin's word that the service stays away.
has_answered() {
  local shadow="\$aws/things/$thing/shadow" answer=$state/run/answer code=0 broker
  broker=(-h "$(reachable_address)" -p "${port[mqtt]}" -q 1)
  start_attended mosquitto_sub "${broker[@]}" -C 1 -W 5 \
    -t "$shadow/get/accepted" -t "$shadow/get/rejected" >"$answer" 2>/dev/null
  while lives "$attended_pid"; do
    timeout 2 mosquitto_pub "${broker[@]}" -t "$shadow/get" -n 2>/dev/null || true
    pause 0.05
  done
  end_attended
  grep -q -e '"state"' -e '"code":404' "$answer" || code=1
  rm -f "$answer"
  return "$code"
}

await_readiness() {
  local deadline=$((SECONDS + ready_seconds)) name how
  until has_answered; do
    for name in "${part_names[@]}"; do
      is_running "$name" && continue
      tell_end_of "$state/log/$name.log"
      take_end "$name"
      fail "$name $how while it was being started"
    done
    if ((SECONDS >= deadline)); then
      for name in "${part_names[@]}"; do tell_end_of "$state/log/$name.log"; done
      fail "no answer to a request within $ready_seconds s"
    fi
    pause 0.1
  done
}

# tell_ready: for programs and people, on standard output.
tell_ready() {
  local host address device=$state/certificates/things/$thing tls tool
  host=$(reachable_address)
  address=$(reachable_host)
  echo "ready after $SECONDS s"
  echo "ca=$state/certificates/ca/ca.pem"
  echo "cert=$device/certificate.pem"
  echo "key=$device/private.key"
  echo "thing=$thing"
  echo "shadowctl=$shadowctl"
  echo "config=$state/shadowctl.conf"
  echo "mqtt=mqtt://$address:${port[mqtt]}"
  echo "mqtts=mqtts://$address:${port[mqtts]}"
  if [[ ${port[aws]} != 0 ]]; then echo "aws=mqtts://$address:${port[aws]}"; fi
  if [[ ${port[https]} != 0 ]]; then echo "https=https://$address:${port[https]}"; fi
  if [[ ${port[http]} != 0 ]]; then echo "http=http://127.0.0.1:${port[http]}"; fi
  if [[ ${port[ws]} != 0 ]]; then echo "ws=ws://$address:${port[ws]}"; fi
  printf -v tls -- '--cafile %q --cert %q --key %q' "$state/certificates/ca/ca.pem" \
    "$device/certificate.pem" "$device/private.key"
  printf -v tool '%q --config %q' "$shadowctl" "$state/shadowctl.conf"
  cat <<PASTE

Watch the sample thing's shadow, and change it from another terminal:
  mosquitto_sub -h $host -p ${port[mqtt]} -v -t '\$aws/things/$thing/shadow/update/+'
  mosquitto_pub -h $host -p ${port[mqtt]} -t '\$aws/things/$thing/shadow/update' -m '{"state":{"desired":{"led":"on"}}}'
As the device, over TLS:
  mosquitto_pub -h $host -p ${port[mqtts]} $tls -t '\$aws/things/$thing/shadow/update' -m '{"state":{"reported":{"led":"on"}}}'
Make another thing with a certificate of its own, and look at what it may do:
  $tool thing create lamp1
  $tool policy get lamp1
The broker is told of it. After changes by hand in $state/registry:
  $tool reload
PASTE
}
