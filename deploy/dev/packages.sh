# shellcheck shell=bash
# Installs the packages of packages.txt that are missing; calls apt for nothing else.
# Needs console.sh.

packages_list=$(dirname "${BASH_SOURCE[0]}")/packages.txt

# read_system FILE: sets $system_id, $system_release and $system_name from an os-release. Debian testing
# has no release.
read_system() {
  IFS=$'\t' read -r system_id system_release system_name < <(
    # shellcheck source=/dev/null
    { source "$1"; } 2>/dev/null || true
    printf '%s\t%s\t%s\n' "${ID:-unknown}" "${VERSION_ID:-none}" "${PRETTY_NAME:-an unknown system}"
  )
}

# require_system: fails where it cannot work, and tells where it is not tried (docs/platforms.md).
require_system() {
  command -v dpkg-query >/dev/null ||
    fail "$system_name has no dpkg: Debian 12 or 13 is needed"
  if [[ $system_id != debian ]]; then
    say "mosquitto-shadow is not tried on $system_name: on Debian 12 and 13 it is"
  elif [[ $system_release =~ ^[0-9]+$ ]] && ((system_release < 12)); then
    fail "$system_name is too old: Debian 12 or 13 is needed"
  fi
}

# missing_packages FOR...: those of the list that the named programs need here and do not find, a line
# each.
missing_packages() {
  local -A is_installed=()
  local program package command name
  while read -r _ name; do
    is_installed[$name]=yes
  done < <(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' 2>/dev/null | grep '^ii ')
  while read -r program package command; do
    [[ $program != *@* || ${program#*@} == "$system_release" ]] || continue
    [[ " $* " == *" ${program%@*} "* ]] || continue
    [[ -z ${is_installed[$package]:-} ]] || continue
    [[ -z $command ]] || ! command -v "$command" >/dev/null || continue
    echo "$package"
  done < <(grep -v -e '^#' -e '^ *$' "$packages_list")
}

# install_packages LOG FOR...: leaves everything installed or fails with a sentence.
install_packages() {
  local log=$1
  shift
  local missing
  read_system /etc/os-release
  require_system
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]})) || return 0
  ((EUID == 0)) ||
    fail "packages are missing and only root can install them: apt-get install ${missing[*]}"
  say "installing ${#missing[@]} packages: ${missing[*]}"
  mkdir -p "$(dirname "$log")"
  : >"$log"
  if ! apt_install "${missing[@]}" >>"$log" 2>&1; then
    tell_end_of "$log"
    fail "apt-get could not install what is missing: ${missing[*]}"
  fi
}

# Debian starts a broker of its own, on port 1883, when mosquitto is installed. It would
# stand in the way of ours, so it is neither started now nor at the next boot; nor is its HAProxy.
apt_install() {
  local policy=/usr/sbin/policy-rc.d our_policy='' service
  if [[ ! -e $policy ]]; then
    our_policy=yes
    printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy" || return
  fi
  local code=0
  # A signal must not end dpkg half-way: it waits until apt-get is through.
  (
    trap '' INT TERM HUP
    export DEBIAN_FRONTEND=noninteractive
    apt-get -o DPkg::Lock::Timeout=300 update
    apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@"
  ) </dev/null || code=$?
  [[ -z $our_policy ]] || rm -f "$policy"
  for service in mosquitto haproxy postgresql; do
    if ((code == 0)) && [[ " $* " == *" $service "* ]] && command -v systemctl >/dev/null; then
      systemctl disable "$service.service" || true
    fi
  done
  return "$code"
}
