# shellcheck shell=bash
# What ./run can be told, and its defaults. Needs console.sh, and the checkout in $root.

usage() {
  cat <<USAGE
./run starts a local AWS IoT Device Shadow endpoint and stays in the foreground;
Ctrl-C or SIGTERM stops all of it.

  --state-dir DIR      certificates, shadows, sessions and logs ($root/state)
  --bind ADDR          where to listen: an address of this machine, or a name for one or
                       several; 0.0.0.0: all of IPv4; ::: all there are (127.0.0.1)
  --allow-open         the ports without TLS may be reached from other machines, where
                       anybody may do anything (needed for a --bind beyond loopback)
  --mqtt-port N        MQTT without TLS (1883)
  --mqtts-port N       MQTT over TLS, a client certificate is required (8883)
  --ws-port N          MQTT over WebSocket, without TLS, for any web page that a browser
                       on this machine shows: each is let in as local; 0 = off (0)
  --aws-port N         one port for all that AWS has on 443: MQTT for who asks for it by ALPN
                       (x-amzn-mqtt-ca or mqtt), else HTTPS and MQTT over WebSocket; 0 = off (0)
  --https-port N       shadows over HTTPS, as for the AWS CLI and SDKs; 0 = off (8443)
  --http-port N        the same without TLS, on 127.0.0.1 only; 0 = off (8088)
  --http-auth MODE     open: anybody is let in over HTTPS, with any credentials or none;
                       required: a certificate or a signature is checked (open where
                       only this machine can reach it, else required)
  --console MODE       on: the console, for browsers, at the ports for HTTP and HTTPS, with a
                       token that only who may read the state folder knows; off (on)
  --metrics-port N     http://127.0.0.1:N/metrics for Prometheus, /healthz and
                       /readyz; 0 = off (9464)
  --durability MODE    sync: accepted means on disk; relaxed: it may be lost in a
                       power cut, not in a crash (sync)
  --build-only         install what is missing, build, and end
  --help               this text

SHADOW_BUILD_DIR=DIR in the environment: start the build that is there instead of
building into build/release.
USAGE
}

state=$root/state
bind=127.0.0.1
durability=sync
http_auth=''
console=on
build_only=''
allow_open=false
declare -A port=([mqtt]=1883 [mqtts]=8883 [ws]=0 [aws]=0 [metrics]=9464 [https]=8443 [http]=8088)

# read_settings ARGUMENT...
read_settings() {
  local option value
  while (($#)); do
    option=${1%%=*}
    case $option in
      --help | -h | --build-only | --allow-open)
        [[ $1 == "$option" ]] || fail "$option takes no value"
        ;;
      --state-dir | --bind | --mqtt-port | --mqtts-port | --ws-port | --aws-port | --metrics-port | \
        --https-port | --http-port | --http-auth | --console | --durability)
        if [[ $1 == *=* ]]; then
          value=${1#*=}
        else
          (($# > 1)) || fail "$option needs a value (see --help)"
          value=$2
          shift
        fi
        ;;
      *) fail "unknown option $1 (see --help)" ;;
    esac
    shift
    take_setting "$option" "${value:-}"
  done
  check_ports_differ
  # As the MQTT port without TLS: open to whoever is on this machine, and to nobody else.
  if [[ -z $http_auth ]]; then
    if [[ $bind == localhost || $bind == ::1 || $bind == 127.* ]]; then
      http_auth=open
    else
      http_auth=required
    fi
  fi
}

take_setting() {
  local option=$1 value=$2
  case $option in
    --help | -h)
      usage
      exit 0
      ;;
    --build-only) build_only=yes ;;
    --allow-open) allow_open=true ;;
    --state-dir)
      [[ -n $value && $value != *$'\n'* ]] || fail "--state-dir needs the path of a folder"
      state=$(realpath -ms -- "$value")  # links are looked at on the way
      ;;
    --bind)
      [[ $value =~ ^[][A-Za-z0-9:.%_-]+$ ]] ||
        fail "--bind '$value' is not an address (such as 127.0.0.1, 0.0.0.0 or ::1)"
      value=${value#[}
      bind=${value%]}
      ;;
    --durability)
      [[ $value == sync || $value == relaxed ]] ||
        fail "--durability '$value' is not known: sync or relaxed"
      durability=$value
      ;;
    --http-auth)
      [[ $value == open || $value == required ]] ||
        fail "--http-auth '$value' is not known: open or required"
      http_auth=$value
      ;;
    --console)
      [[ $value == on || $value == off ]] || fail "--console '$value' is not known: on or off"
      console=$value
      ;;
    --*-port) take_port "$option" "$value" ;;
  esac
}

take_port() {
  local option=$1 value=$2 name lowest=1 hint=''
  name=${option#--}
  name=${name%-port}
  if [[ $name != mqtt && $name != mqtts ]]; then
    lowest=0
    hint=', 0 = off'
  fi
  if [[ ! $value =~ ^(0|[1-9][0-9]{0,4})$ ]] || ((value < lowest || value > 65535)); then
    fail "$option '$value' is not a port (1 to 65535$hint)"
  fi
  port[$name]=$value
}

check_ports_differ() {
  local -A taken_by=()
  local name number
  for name in mqtt mqtts ws aws metrics https http; do
    number=${port[$name]}
    ((number)) || continue
    [[ -z ${taken_by[$number]:-} ]] ||
      fail "--${taken_by[$number]}-port and --$name-port are both $number: each needs its own"
    taken_by[$number]=$name
  done
}
