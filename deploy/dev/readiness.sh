# shellcheck shell=bash
# Ready is when the broker and the service have answered a real request, and each port that is
# announced answers as what it is, wherever it listens.
# Needs the settings, the addresses, parts.sh, the sample thing's name in $thing and the certificates
# folder in $certificates.

ready_seconds=30
unanswered=''  # what did not answer last, for people

websocket_upgrade='GET /mqtt HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
websocket_upgrade+='Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n'
websocket_upgrade+='Sec-WebSocket-Protocol: mqtt\r\n\r\n'

# has_answered: asks for the sample thing's shadow until there is an answer or the broker is
# gone. 404 is an answer too; 500 is the plugin's word that the service stays away.
has_answered() {
  local shadow="\$aws/things/$thing/shadow" answer=$state/run/answer code=0 broker
  unanswered='to a request'
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

ports_answer() {
  local name place address
  for name in mqtt mqtts aws https ws http; do
    [[ ${port[$name]} != 0 ]] || continue
    for place in "${bind_addresses[@]}"; do
      address=$(reachable "$place")
      if [[ $name == http ]]; then address=127.0.0.1; fi
      answers "$name" "$address" "${port[$name]}" 2>/dev/null && continue
      unanswered="at $address from --$name-port ${port[$name]}"
      return 1
    done
  done
}

# answers KIND ADDRESS PORT
answers() {
  case $1 in
    mqtt) attend timeout 2 mosquitto_pub -h "$2" -p "$3" -q 1 -t "\$aws/things/$thing/shadow/get" -n ;;
    mqtts | https) speaks_tls "$2" "$3" ;;
    aws) speaks_tls "$2" "$3" && speaks_tls "$2" "$3" -alpn x-amzn-mqtt-ca ;;
    ws) [[ $(first_line "$2" "$3" "$websocket_upgrade") == 'HTTP/1.1 101'* ]] ;;
    http) [[ $(first_line "$2" "$3" 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n') == 'HTTP/1.1 '* ]] ;;
  esac
}

# speaks_tls ADDRESS PORT OPTION...: with a certificate of our authority. The broker notes who shows none.
speaks_tls() {
  local device=$certificates/things/$thing own=()
  if [[ -r $device/private.key ]]; then
    own=(-cert "$device/certificate.pem" -key "$device/private.key")
  fi
  [[ $(timeout 2 openssl s_client -connect "$(in_url "$1"):$2" -CAfile "$certificates/ca/ca.pem" \
    -verify_return_error -brief "${own[@]}" "${@:3}" </dev/null 2>&1) == *'Verification: OK'* ]]
}

# first_line ADDRESS PORT REQUEST: of the answer. REQUEST is as printf takes it.
first_line() {
  # shellcheck disable=SC2016  # the inner shell expands
  timeout 2 bash -c 'exec 3<>"/dev/tcp/$1/$2" && printf "$3" >&3 && read -r line <&3 && echo "$line"' \
    bash "$@"
}

await_readiness() {
  local deadline=$((SECONDS + ready_seconds)) name how
  until has_answered && ports_answer; do
    for name in "${part_names[@]}"; do
      is_running "$name" && continue
      tell_end_of "$state/log/$name.log"
      take_end "$name"
      fail "$name $how while it was being started"
    done
    if ((SECONDS >= deadline)); then
      for name in "${part_names[@]}"; do tell_end_of "$state/log/$name.log"; done
      fail "no answer $unanswered within $ready_seconds s"
    fi
    pause 0.1
  done
}

# tell_openness: what was opened that a person may not expect.
tell_openness() {
  [[ ${port[ws]} != 0 ]] || return 0
  say "--ws-port ${port[ws]}: any web page that a browser on this machine shows can connect there" \
    "as a local client and do anything; the broker cannot tell where a page is from"
}

# has_console, console_address: whether it is there, and where a browser of this machine finds it.
has_console() { [[ $console == on && ${port[http]}${port[https]} != 00 ]]; }
console_address() {
  if [[ ${port[http]} != 0 ]]; then
    echo "http://localhost:${port[http]}"
  else
    echo "https://$(reachable_host):${port[https]}"
  fi
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
  echo "administrator=$state/administrator.env"
  echo "mqtt=mqtt://$address:${port[mqtt]}"
  echo "mqtts=mqtts://$address:${port[mqtts]}"
  if [[ ${port[aws]} != 0 ]]; then echo "aws=https://$address:${port[aws]}"; fi
  if [[ ${port[https]} != 0 ]]; then echo "https=https://$address:${port[https]}"; fi
  if [[ ${port[http]} != 0 ]]; then echo "http=http://127.0.0.1:${port[http]}"; fi
  if [[ ${port[ws]} != 0 ]]; then echo "ws=ws://$address:${port[ws]}"; fi
  if has_console; then echo "console=$(console_address)/console/#token=$(<"$state/console/token")"; fi
  printf -v tls -- '--cafile %q --cert %q --key %q' "$state/certificates/ca/ca.pem" \
    "$device/certificate.pem" "$device/private.key"
  printf -v tool '%q --config %q' "$shadowctl" "$state/shadowctl.conf"
  cat <<PASTE

See and change shadows in the browser, at the address after console= (docs/console.md).
Watch the sample thing's shadow, and change it from another terminal:
  mosquitto_sub -h $host -p ${port[mqtt]} -v -t '\$aws/things/$thing/shadow/update/+'
  mosquitto_pub -h $host -p ${port[mqtt]} -t '\$aws/things/$thing/shadow/update' -m '{"state":{"desired":{"led":"on"}}}'
As the device, over TLS:
  mosquitto_pub -h $host -p ${port[mqtts]} $tls -t '\$aws/things/$thing/shadow/update' -m '{"state":{"reported":{"led":"on"}}}'
Make another thing with a certificate of its own, and look at what it may do:
  $tool thing create lamp1
  $tool policy get lamp1
Or with the AWS CLI, as the administrator (docs/aws-cli.md):
  set -a; . $(printf %q "$state/administrator.env"); set +a
  aws iot create-thing --thing-name lamp2 --endpoint-url https://$address:${port[https]}
The broker is told of it. After changes by hand in $state/registry:
  $tool reload
PASTE
}
