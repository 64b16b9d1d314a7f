#!/bin/sh
# clang-tidy, with the checks of .clang-tidy, over every source of the programs; $1 is a folder to
# work in. The sources of a library are looked at all together, as files that one file includes, so
# that what they include is read once; the largest libraries come first. The build is gcc's: its
# warning options mean nothing to clang.
set -eu
cd "$(dirname "$0")/../.."
. tests/tidy/clang.sh
need_clang_tool tidy
cmake -S . -B "$1" -G Ninja -DSHADOW_TEST_SETS= -DCMAKE_UNITY_BUILD=ON \
  -DCMAKE_UNITY_BUILD_BATCH_SIZE=0 >/dev/null
python3 -c 'import json, os, sys
files = [entry["file"] for entry in json.load(sys.stdin)]
print(*sorted(files, key=os.path.getsize, reverse=True), sep="\n")' <"$1/compile_commands.json" |
  xargs -P "$(nproc)" -n 1 clang-tidy-14 -p "$1" --config-file=.clang-tidy --quiet \
    --warnings-as-errors='*' --extra-arg=-Wno-unknown-warning-option \
    --extra-arg=-Wno-missing-field-initializers
