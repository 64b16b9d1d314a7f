#!/bin/sh
# Installs the clients that the tests of this folder drive, unmodified, as their
# makers publish them: install.sh [DIR], by default build/clients.
#
#   DIR/venv           the AWS IoT Device SDK v2 and v1 for Python, the AWS CLI, and pytest
#   DIR/node_modules   the AWS IoT Device SDK v2 and v1 and the AWS SDK v3 for JavaScript, mqtt.js,
#                      and what drives a browser
#
# Versions are pinned in requirements.txt and javascript/package-lock.json. A
# second call with the same versions does nothing and needs no network.
# PYTHON names the interpreter (default: Debian's, for which wheels exist).
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
target=${1:-$root/build/clients}
python=${PYTHON:-/usr/bin/python3}

fail() {
  echo "install.sh: $1" >&2
  exit 1
}

pins() {
  cat "$root/examples/requirements.txt" "$here/requirements.txt" \
      "$here/javascript/package.json" "$here/javascript/package-lock.json"
  echo "$target"
}

wanted=$(pins | sha256sum | cut -d' ' -f1)
if [ "$(cat "$target/installed" 2>/dev/null)" = "$wanted" ]; then
  exit 0
fi

"$python" -c 'import venv, ensurepip' 2>/dev/null ||
  fail "$python cannot make virtual environments: apt-get install python3-venv"
command -v npm >/dev/null || fail "npm is missing: apt-get install nodejs npm"

mkdir -p "$target"
rm -rf "$target/installed" "$target/venv"
"$python" -m venv "$target/venv"
"$target/venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt" ||
  fail "pip could not install $here/requirements.txt"

# The SDK's native part lies ready in its package: no install script is needed.
cp "$here/javascript/package.json" "$here/javascript/package-lock.json" "$target/"
(cd "$target" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) ||
  fail "npm could not install $here/javascript/package-lock.json"

echo "$wanted" > "$target/installed"
