# shellcheck shell=bash
# Compose of version 2, which most people have. Debian 12 has version 1 alone, so it is taken out of
# the package of the release after, where it needs nothing but libc. Nothing is installed.
# Needs console.sh and mirror.sh.

# provide_compose_v2 FOLDER: sets SHADOW_COMPOSE_V2, the program, or fails.
provide_compose_v2() {
  local folder=$1/compose-v2
  export SHADOW_COMPOSE_V2=$folder/root/usr/libexec/docker/cli-plugins/docker-compose
  [[ ! -x $SHADOW_COMPOSE_V2 ]] || return 0
  say "fetching compose of version 2"
  find_mirror
  rm -rf "$folder"
  mkdir -p "$folder/lists/partial" "$folder/cache/archives/partial"
  if ! fetch_compose_v2 "$folder" >"$folder/log" 2>&1; then
    tell_end_of "$folder/log"
    fail "compose of version 2 could not be fetched from Debian's mirror"
  fi
}

fetch_compose_v2() {
  local folder=$1
  printf '%s\n' 'Types: deb' "URIs: $mirror" 'Suites: trixie' \
    'Components: main' 'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg' \
    >"$folder/trixie.sources"
  local options=(-o "Dir::Etc::SourceList=$folder/trixie.sources" -o Dir::Etc::SourceParts=/dev/null
    -o "Dir::State::Lists=$folder/lists" -o "Dir::Cache=$folder/cache"
    -o Acquire::Languages=none -o APT::Sandbox::User=root)
  apt-get "${options[@]}" update &&
    (cd "$folder" && apt-get "${options[@]}" download docker-compose) &&
    dpkg-deb -x "$folder"/docker-compose_*.deb "$folder/root" &&
    rm -r "$folder/lists" "$folder"/docker-compose_*.deb
}
