# shellcheck shell=bash
# Where this machine has Debian from: the tests fetch other releases from there.
# Needs console.sh.

# find_mirror: sets $mirror.
find_mirror() {
  mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Component: main' \
    'Origin: Debian' 'Label: Debian' | head -1)
  [[ -n $mirror ]] || fail "apt knows no mirror of Debian here: are its lists fetched (apt-get update)?"
}
