# shellcheck shell=bash
# Other Debians, each as a root folder that is made of the mirror, and programs run in them. Making one
# takes minutes, so they are kept outside the checkout, with what has been installed in them; one that
# is older than roots_days is made anew.
# Needs console.sh, tests/deploy/mirror.sh, and the checkout in $root.

roots=${SHADOW_CACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/mosquitto-shadow}/roots
roots_days=14
root_wait_seconds=3600

# await_turn FOLDER: nobody else works in it until this program ends.
await_turn() {
  local lock
  exec {lock}<>"$1.lock"
  flock -n "$lock" || say "waiting for somebody else who works in $1"
  flock -w "$root_wait_seconds" "$lock" || fail "$1 has been in use for too long"
}

# provide_root SUITE: sets $root_folder, which nobody else works in until this program ends.
provide_root() {
  local suite=$1
  root_folder=$roots/$suite
  require_folder "$roots"
  await_turn "$root_folder"
  if [[ -n $(find "$root_folder.made" -mtime -"$roots_days" 2>/dev/null) ]]; then return 0; fi
  find_mirror
  say "$suite: making $root_folder of Debian's mirror"
  rm -rf --one-file-system "$root_folder" "$root_folder.made"
  # A mirror of testing that stands still is as good to try it as one that moves.
  attend mmdebstrap --quiet --format=directory --variant=minbase --include=ca-certificates \
    --dpkgopt=force-unsafe-io --aptopt='Acquire::Languages "none"' \
    --aptopt='Acquire::Check-Valid-Until "false"' "$suite" "$root_folder" "$mirror" >&2 ||
    fail "mmdebstrap could not make a root folder of $suite"
  touch "$root_folder.made"
}

# in_root BUILD PROGRAM ARGUMENT...: runs it in $root_folder, where the checkout is /source, read-only,
# and the folder BUILD its build folder. All that it starts ends with it.
in_root() {
  local build=$1 ccache
  shift
  ccache=${CCACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/ccache}
  require_folder "$build"
  require_folder "$root/build"
  require_folder "$ccache"
  attend unshare --mount --pid --fork --kill-child "$root/tests/platforms/enter" \
    "$root_folder" "$root" "$build" "$ccache" "$@"
}
