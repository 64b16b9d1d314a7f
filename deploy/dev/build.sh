# shellcheck shell=bash
# Builds presets. On a terminal each step shows; otherwise the steps go to build/PRESET.log.
# Needs console.sh, and the checkout in $root.

# build PRESET TESTS TARGET...: TESTS are SHADOW_TEST_SETS, and matter only for a folder that is new
# or was made for other ones; none: whatever the folder has.
build() {
  local preset=$1 tests=$2 log=$root/build/$1.log
  shift 2
  require_folder "$root/build"
  : >"$log"
  if ! is_configured "$preset" "$tests"; then
    say "configuring build/$preset"
    configure "$preset" "$tests" >>"$log" 2>&1 || build_failed "$log"
  fi
  if [[ -t 2 ]]; then
    attend ninja -C "$root/build/$preset" "$@" >&2 || fail "the build of build/$preset failed"
  else
    say "building build/$preset; the steps are in $log"
    attend ninja -C "$root/build/$preset" "$@" >>"$log" 2>&1 || build_failed "$log"
  fi
}

is_configured() {
  local folder=$root/build/$1
  [[ -e $folder/build.ninja ]] && ! is_from_elsewhere "$folder" &&
    { [[ -z $2 ]] || grep -qxF "SHADOW_TEST_SETS:STRING=$2" "$folder/CMakeCache.txt"; }
}

# is_from_elsewhere FOLDER: made for a checkout at another path, and of no use here.
is_from_elsewhere() {
  [[ -e $1/CMakeCache.txt ]] &&
    ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$1/CMakeCache.txt"
}

configure() {
  local options=(-S "$root" --preset "$1" "-DSHADOW_TEST_SETS=$2")
  if is_from_elsewhere "$root/build/$1"; then options+=(--fresh); fi
  if command -v ccache >/dev/null; then options+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
  attend cmake "${options[@]}"
}

build_failed() {
  tell_end_of "$1"
  fail "the build failed; all of it is in $1"
}
