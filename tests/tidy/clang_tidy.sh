#!/bin/sh
# clang-tidy, with the checks of .clang-tidy, over every source of the programs in the build of folder
# $1. The build is gcc's: its warning options mean nothing to clang.
set -eu
cd "$(dirname "$0")/../.."
git ls-files --cached --others --exclude-standard '*.cc' | grep -v -e '^tests/' -e '^cmake/' |
  xargs -P "$(nproc)" -n 4 clang-tidy-14 -p "$1" --quiet --warnings-as-errors='*' \
    --extra-arg=-Wno-unknown-warning-option --extra-arg=-Wno-missing-field-initializers
