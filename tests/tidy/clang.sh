# shellcheck shell=sh
# need_clang_tool NAME: ends the test as skipped where there is no clang-NAME of version 14, Debian 12's.
# Each version has an opinion of its own; ours is this one's.
need_clang_tool() {
  command -v "clang-$1-14" >/dev/null && return
  echo "skipped: there is no clang-$1-14 here, as Debian 12 has it"
  exit 77
}
