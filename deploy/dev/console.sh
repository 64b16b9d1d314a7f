# shellcheck shell=bash
# Words to the person at the terminal. They go to standard error: standard output
# is kept for what a program may want to read. A descriptor of its own, 8, so that
# bash's remarks about ended processes can be silenced without them.
exec 8>&2

# Never fails: whoever started us may have stopped listening.
say() { printf '%s\n' "$*" >&8 2>/dev/null || true; }

# fail SENTENCE: ends the program with one sentence that names what was wrong.
fail() {
  say "${0##*/}: $*"
  exit 1
}

# require_folder PATH: makes it if need be.
require_folder() {
  if ! mkdir -p "$1" 2>/dev/null || [[ ! -w $1 || ! -x $1 ]]; then
    refuse_folder "$1"
  fi
}

refuse_folder() { fail "$1 is not a folder that the user $(id -un) can make or write to"; }

# tell_end_of FILE: the last lines of a log that explain a failure.
tell_end_of() {
  [[ -s $1 ]] || return 0
  say "the last lines of $1:"
  tail -n 15 "$1" | sed 's/^/  | /' >&8 || true
}

# pause SECONDS: without a process, which could outlive us.
exec {silence}<> <(:)
pause() { read -r -t "$1" <&"$silence" || true; }

# lives PID: a process that has ended but was not yet waited for does not.
lives() {
  local stat=''
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || true
  stat=${stat##*) }
  [[ -n $stat && $stat != [ZX]* ]]
}

# attend PROGRAM ARGUMENT...: runs a program that may take long. It has a process group of its
# own, so that a signal to us ends all of it (end_attended), and it ends if we are killed.
attended_pid=''
attend() {
  start_attended "$@"
  local code=0
  wait "$attended_pid" || code=$?
  attended_pid=''
  return "$code"
}

start_attended() {
  set -m
  setpriv --pdeathsig TERM "$@" </dev/null 9>&- &
  attended_pid=$!
  set +m
}

end_attended() {
  [[ -n $attended_pid ]] || return 0
  kill -TERM -- "-$attended_pid" 2>/dev/null || true
  wait "$attended_pid" 2>/dev/null || true
  attended_pid=''
}

# end_children SECONDS: ends all else that was started, with SIGKILL if it takes longer: a signal to
# us may have come before the pid was noted, or within a $(...), which bash then leaves running.
end_children() {
  local turns=$(($1 * 50)) children
  find_children
  kill -TERM "${children[@]}" 2>/dev/null || true
  while ((${#children[@]} > 0 && turns-- > 0)); do
    pause 0.02
    find_children
  done
  kill -KILL "${children[@]}" 2>/dev/null || true
}

# find_children: sets $children, the pids of those that live.
find_children() {
  local all=() child
  { read -r -a all <"/proc/$$/task/$$/children"; } 2>/dev/null || true
  children=()
  for child in "${all[@]}"; do
    if lives "$child"; then children+=("$child"); fi
  done
}
