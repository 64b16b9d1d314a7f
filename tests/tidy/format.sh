#!/bin/sh
# Every C++ file is as clang-format leaves it.
git ls-files -z --cached --others --exclude-standard '*.cc' '*.h' |
  xargs -0 clang-format-14 --dry-run -Werror
