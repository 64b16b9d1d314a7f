#!/bin/sh
# Installs what the console is built with and tried with: into console/node_modules, as
# console/package-lock.json pins it. A second call does nothing and needs no network.
set -eu

console=$(cd "$(dirname "$0")/../../console" && pwd)
wanted=$(sha256sum <"$console/package-lock.json")
[ "$(cat "$console/node_modules/installed" 2>/dev/null)" != "$wanted" ] || exit 0
command -v npm >/dev/null || {
  echo "install.sh: npm is missing: apt-get install nodejs npm" >&2
  exit 1
}
# esbuild's program lies ready in its package: no install script is needed.
(cd "$console" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
echo "$wanted" >"$console/node_modules/installed"
