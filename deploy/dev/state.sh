# shellcheck shell=bash
# The state folder and the user who works in it.
#
#   certificates/   see certificates.sh; the things' own are in things/
#   log/            what the two said; the .1 file is of the time before
#   run/            their pids; locked, so that a second ./run stays out
#   link.secret     what proves shadowd to the broker
#   mosquitto.conf, shadowctl.conf, haproxy.cfg  written at each start
#
# is ours, who started it, and what broker and service write is in folders of their own:
#
#   broker/         mosquitto's sessions and queued messages
#   shadows/        shadowd's database
#   registry/       who belongs: things, policies, certificates
#   credentials/    keys of HTTPS clients that sign, shadowd's alone
#   console/        the console's users, and the token of this start
#   trusted/        authorities that were registered with `aws iot`, for the broker's TLS
#   issuer/         the authority once more, for shadowd, which makes certificates for `aws iot`
#   sockets/        the link's, and shadowd's admin socket
#
# Started as root, the two run as the user mosquitto: these folders are his, and root neither writes
# there nor follows what is there. All else is root's.
# Needs console.sh, ownership.sh, and the folder in $state.

broker_user=mosquitto
own_folders=(certificates log run)
program_folders=(broker shadows registry credentials console trusted issuer sockets)

# open_state: makes the folder and its parts, and takes the lock. Nothing is made before all that is
# there has been looked at.
open_state() {
  local folder
  make_own_folder "$state"
  state=$own_folder
  require_own_tree "$state" "${program_folders[@]}"
  for folder in "${program_folders[@]}"; do require_given "$state/$folder" "$broker_user"; done
  # Ours until the first start gives it away: who decides who belongs must not have been there before.
  [[ $(stat -c %u -- "$state/registry" 2>/dev/null) != "$EUID" ]] || require_own_tree "$state/registry"
  for folder in "${own_folders[@]}" "${program_folders[@]}"; do require_folder "$state/$folder"; done
  chmod 700 "$state"/{log,run} "${program_folders[@]/#/"$state/"}"
  exec 9<"$state/run"
  flock -n 9 || fail "another ./run works with the state folder $state"
  rm -rf "$state"/new.* "$state"/{certificates,log,run}/new.*
}

# make_link_secret: what proves shadowd to the plugin.
make_link_secret() {
  [[ -s $state/link.secret ]] || openssl rand -hex 32 | put_file "$state/link.secret" 600
}

# give_folders: root gives the programs' user his folders; what shadowctl then makes there is his.
give_folders() {
  local folder
  ((EUID == 0)) || return 0
  for folder in "${program_folders[@]}"; do give_folder "$state/$folder" "$program_user"; done
}

# hand_over_state: after all is made, root lets the programs' user read what he must.
hand_over_state() {
  ((EUID == 0)) || return 0
  chgrp -- "$(id -g "$program_user")" "$state/link.secret" "$certificates/server/server.key"
  chmod 640 "$state/link.secret" "$certificates/server/server.key"
  # Under sudo the things' keys are for the person, not for root.
  find "$certificates/things" -mindepth 2 -name private.key \
    -exec chown -h "${SUDO_UID:-0}:${SUDO_GID:-0}" {} +
}

# provide_issuer: what shadowd issues with. Written as the user whose folder it is; an authority whose
# key is not ours to read is left out, and then shadowd makes no certificates.
provide_issuer() {
  local file
  [[ -r $certificates/ca/ca.key ]] || return 0
  for file in ca.key ca.pem; do
    # shellcheck disable=SC2016  # the inner shell expands
    "${privileges[@]}" sh -c 'umask 077 && cat >"$1.new" && mv -f "$1.new" "$1"' sh "$state/issuer/$file" \
      <"$certificates/ca/$file"
  done
}

# choose_user FILE...: sets $program_user, if root starts them, and fills $privileges, the words
# before the command of a part. FILES are what the broker's user must be able to read, beside the
# state folder.
privileges=()
program_user=root
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
  program_user=$broker_user
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
