# shellcheck shell=bash
# The state folder and the user who works in it.
#
#   certificates/   see certificates.sh; the things' own are in things/
#   registry/       who belongs: things, policies, certificates
#   credentials/    keys of HTTPS clients that sign, shadowd's alone
#   shadows/        shadowd's database
#   broker/         mosquitto's sessions and queued messages
#   link/           the socket between the two, and their secret
#   log/            what they said; the .1 file is of the time before
#   run/            their pids, shadowd's admin socket, and the lock that keeps a second ./run out
#   mosquitto.conf, shadowctl.conf  written at each start
#
# Started as root, the broker and the service run as the user mosquitto, and so all
# but the authority's and the things' private keys belongs to that user.
# Needs console.sh, and the folder in $state.

broker_user=mosquitto
is_open=''

# open_state: makes the folder and its parts, and takes the lock.
open_state() {
  local folder made=''
  [[ -d $state ]] || made=yes
  for folder in . certificates registry credentials shadows broker link log run; do
    require_folder "$(realpath -m -- "$state/$folder")"
  done
  chmod 700 "$state/credentials" 2>/dev/null || true
  chmod 750 "$state/shadows" "$state/broker" "$state/link" 2>/dev/null || true
  if [[ -n $made ]]; then give_to_broker_user "$state"; fi
  [[ -w $state/run/lock || ! -e $state/run/lock ]] || fail "$state/run/lock is not ours to write"
  exec 9>>"$state/run/lock"
  flock -n 9 || fail "another ./run works with the state folder $state"
  is_open=yes
  rm -rf "$state"/certificates/new.*
}

give_to_broker_user() {
  ((EUID)) || chown -h "$broker_user:$broker_user" "$@"
}

# hand_over_state: after all is made, each file to the one who works with it.
hand_over_state() {
  ((EUID == 0)) || return 0
  chown -R -h "$broker_user:$broker_user" "$state"/{certificates,registry,credentials,shadows,broker,link,log,run} \
    "$state"/{mosquitto,shadowctl}.conf
  chown root:root "$state/certificates/ca/ca.key"
  # Under sudo the things' keys are for the person, not for root.
  find "$state/certificates/things" -mindepth 2 -name private.key \
    -exec chown -h "${SUDO_UID:-0}:${SUDO_GID:-0}" {} +
}

# make_link_secret: what proves shadowd to the plugin.
make_link_secret() {
  local file=$state/link/secret
  [[ ! -s $file ]] || return 0
  (umask 077 && openssl rand -hex 32 >"$file.new")
  mv "$file.new" "$file"
}

# choose_user FILE...: fills $privileges, the words before the command of a part. FILES are
# what the broker's user must be able to read, beside the state folder.
privileges=()
runs_as_root=''
choose_user() {
  local user=(--reuid "$broker_user" --regid "$broker_user" --init-groups) number capabilities=-all,+net_bind_service
  privileges=(setpriv --pdeathsig TERM)
  ((EUID == 0)) || return 0
  if ! can_reach_state "${user[@]}" -- "$@"; then
    runs_as_root=yes
    say "the user $broker_user cannot enter the folders above $state or $root:" \
      "broker and service run as root"
    return 0
  fi
  privileges+=("${user[@]}")
  for number in "${port[@]}"; do
    ((number > 0 && number < 1024)) || continue
    # Mosquitto opens its ports only after it has given up root.
    privileges+=("--inh-caps=$capabilities" "--ambient-caps=$capabilities")
    break
  done
}

# can_reach_state USER_OPTIONS... -- FILE...
can_reach_state() {
  local user=()
  while [[ $1 != -- ]]; do
    user+=("$1")
    shift
  done
  # shellcheck disable=SC2016  # the inner shell expands
  setpriv "${user[@]}" sh -c 'cd "$1" && shift && head -q -c 1 -- "$@"' sh "$state" \
    "${@:2}" &>/dev/null
}
