#!/bin/sh
# Every C++ file is as clang-format leaves it. Other versions than Debian 12's leave some otherwise: where
# that is missing, this is skipped.
. "$(dirname "$0")/clang.sh"
need_clang_tool format
git ls-files -z --cached --others --exclude-standard '*.cc' '*.h' |
  xargs -0 clang-format-14 --dry-run -Werror
