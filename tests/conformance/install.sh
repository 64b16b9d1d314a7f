#!/bin/sh
# Installs what the tests of this folder need of PyPI: install.sh [DIR], by default build/conformance.
#
#   DIR/paho1, DIR/paho2   virtual environments with paho-mqtt 1.6 and 2.x, and nothing else
#   DIR/peer               one with MiniStack, an endpoint of others, and a reader of XML schemas
#
# Versions are pinned in paho1.txt, paho2.txt and peer.txt. A second call with the same versions does
# nothing and needs no network. PYTHON names the interpreter (default: Debian's).
set -eu

here=$(cd "$(dirname "$0")" && pwd)
target=${1:-$here/../../build/conformance}
python=${PYTHON:-/usr/bin/python3}

fail() {
  echo "install.sh: $1" >&2
  exit 1
}

"$python" -c 'import venv, ensurepip' 2>/dev/null ||
  fail "$python cannot make virtual environments: apt-get install python3-venv"

mkdir -p "$target"
for name in paho1 paho2 peer; do
  wanted=$(cat "$here/$name.txt"; echo "$target")
  if [ "$(cat "$target/$name/installed" 2>/dev/null)" = "$wanted" ]; then
    continue
  fi
  rm -rf "${target:?}/$name"
  "$python" -m venv "$target/$name"
  "$target/$name/bin/pip" install --quiet --disable-pip-version-check --use-pep517 -r "$here/$name.txt" ||
    fail "pip could not install $here/$name.txt"
  echo "$wanted" > "$target/$name/installed"
done
