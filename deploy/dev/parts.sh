# shellcheck shell=bash
# The parts that ./run keeps alive: the broker, shadowd and, with --aws-port, what is before the two. A part that ends while it is
# wanted is started again; one that keeps ending at once is given up.
# Needs console.sh, ownership.sh, the settings, $privileges, and the programs in $plugin and $shadowd.

declare -A pid=() started_at=() falls=()
part_names=(broker shadowd)
all_parts=(front shadowd broker)  # in the order in which they are stopped
falls_max=5          # this many ends in a row, each within:
steady_seconds=10
stop_seconds=10      # from SIGTERM to SIGKILL
log_bytes_max=$((16 * 1024 * 1024))

part_command() {
  case $1 in
    broker) command=(/usr/sbin/mosquitto -c "$state/mosquitto.conf") ;;
    shadowd)
      # Absolute, and however deep the state folder lies within the 107 bytes of a socket's path.
      command=("$shadowd" --broker=unix:/proc/self/cwd/sockets/link.sock
        "--link_secret_file=$state/link.secret" "--data_dir=$state/shadows" "--durability=$durability"
        --admin_socket=sockets/admin.sock "--metrics_port=${port[metrics]}" "--https_port=${port[https]}" "--https_address=$bind"
        "--https_cert=$state/certificates/server/server.pem"
        "--https_key=$state/certificates/server/server.key"
        "--https_client_ca=$state/certificates/ca/ca.pem" "--http_port=${port[http]}"
        "--http_auth=$http_auth" "--registry=$state/registry"
        "--credentials_dir=$state/credentials" "--broker_capath=$state/trusted" --faults)
      ! has_console || command+=(--console=on "--console_users=$state/console/users"
        "--console_token_file=$state/console/token")
      [[ ! -s $state/issuer/ca.key ]] || command+=("--ca_dir=$state/issuer")
      ;;
    front) command=(env "${front_environment[@]}" /usr/sbin/haproxy -db -f "$state/haproxy.cfg") ;;
  esac
}

# start_part NAME: in the state folder, without our lock (9) and console (8), and ended by the
# system if we are killed. Its log is opened by us: it can write to it, and to no other.
start_part() {
  local name=$1 command
  part_command "$name"
  (
    cd "$state" || exit
    exec "${privileges[@]}" "${command[@]}"
  ) </dev/null >>"$state/log/$name.log" 2>&1 8>&- 9>&- &
  pid[$name]=$!
  started_at[$name]=$SECONDS
  put_file "$state/run/$name.pid" 644 <<<"${pid[$name]}"
}

is_running() { [[ -n ${pid[$1]:-} ]] && lives "${pid[$1]}"; }

# take_end NAME: sets $how, the words for how the part ended.
take_end() {
  local code=0
  wait "${pid[$1]}" 2>/dev/null || code=$?
  how="ended with code $code"
  if ((code > 128)); then how="was ended by SIG$(kill -l "$code")"; fi
}

# watch_parts: returns never; ends the program when a part cannot be kept alive.
watch_parts() {
  local name
  while true; do
    pause 0.5
    for name in "${part_names[@]}"; do
      is_running "$name" || revive_part "$name"
      bound_log "$state/log/$name.log"
    done
  done
}

revive_part() {
  local name=$1 how
  take_end "$name"
  if ((SECONDS - started_at[$name] >= steady_seconds)); then falls[$name]=0; fi
  falls[$name]=$((${falls[$name]:-0} + 1))
  if ((falls[$name] > falls_max)); then
    tell_end_of "$state/log/$name.log"
    fail "$name $how, the ${falls[$name]}th time in a row: giving up"
  fi
  say "$name $how; starting it again"
  ((falls[$name] == 1)) || pause "$((falls[$name] - 1))"
  start_part "$name"
}

# bound_log FILE: a log that has grown too long becomes the .1 file. The writer appends, and
# goes on at the start.
bound_log() {
  (($(stat -c %s "$1") > log_bytes_max)) || return 0
  cp --remove-destination "$1" "$1.1"
  : >"$1"
}

start_logs() {
  local name
  for name in "${part_names[@]}"; do
    [[ ! -e $state/log/$name.log ]] || mv -fT "$state/log/$name.log" "$state/log/$name.log.1"
    put_file "$state/log/$name.log" 600 </dev/null
  done
}

# stop_parts: the service before the broker, so that the broker's last turn can still answer.
stop_parts() {
  local name
  for name in "${all_parts[@]}"; do
    if is_running "$name"; then
      kill -TERM "${pid[$name]}" 2>/dev/null || true
      wait_for_end "${pid[$name]}" "$stop_seconds" ||
        kill -KILL "${pid[$name]}" 2>/dev/null || true
      wait "${pid[$name]}" 2>/dev/null || true
    fi
    [[ -z ${pid[$name]:-} ]] || rm -f "$state/run/$name.pid"
  done
}

# wait_for_end PID SECONDS: false if it lives on.
wait_for_end() {
  local turns=$(($2 * 20))
  while lives "$1"; do
    ((turns-- > 0)) || return 1
    pause 0.05
  done
}

# await_predecessors: parts of a ./run that was killed are being ended by the system.
await_predecessors() {
  local name old
  for name in "${all_parts[@]}"; do
    old=$(cat "$state/run/$name.pid" 2>/dev/null) || continue
    [[ $(tr '\0' ' ' 2>/dev/null <"/proc/$old/cmdline") == *"$state"* ]] || continue
    wait_for_end "$old" "$stop_seconds" ||
      fail "the $name of an earlier ./run still works in $state: end process $old"
  done
}
