# shellcheck shell=bash
# Debian's container engine, started by hand for the tests alone: its own folder and socket, no
# bridge, and nothing of the host's firewall is touched. In this mode containers reach nothing
# outside, while networks between them, volumes and ports on 127.0.0.1 work.
# Needs console.sh and mirror.sh.

engine_pid=''
engine_seconds=60

# start_engine FOLDER: sets DOCKER_HOST and DOCKER_CONFIG, or fails with the engine's own words.
start_engine() {
  engine=$1/engine
  mkdir -p "$engine/config"
  end_earlier_engine
  echo '{}' >"$engine/daemon.json"
  # The path of a socket is short; that of a checkout may not be.
  socket=$(mktemp -d /tmp/shadow-engine.XXXXXX)
  export DOCKER_CONFIG=$engine/config DOCKER_HOST=unix://$socket/docker.sock
  export DOCKER_BUILDKIT=1 COMPOSE_DOCKER_CLI_BUILD=1
  dockerd --config-file "$engine/daemon.json" --data-root "$engine/data" \
    --exec-root "$socket/exec" --pidfile "$engine/pid" -H "$DOCKER_HOST" \
    --storage-driver overlay2 --bridge=none --iptables=false --ip6tables=false \
    --ip-forward=false --default-address-pool base=172.30.0.0/16,size=24 \
    </dev/null >"$engine/log" 2>&1 &
  engine_pid=$!
  local deadline=$((SECONDS + engine_seconds))
  until docker version &>/dev/null; do
    if ! lives "$engine_pid" || ((SECONDS >= deadline)); then
      tell_end_of "$engine/log"
      fail "no container engine can be started here: images and compose file cannot be tried"
    fi
    pause 0.1
  done
}

# One that was killed hard leaves its lock behind, and perhaps itself.
end_earlier_engine() {
  local old
  old=$(cat "$engine/pid" 2>/dev/null) || return 0
  [[ $(tr '\0' ' ' 2>/dev/null <"/proc/$old/cmdline") == *"$engine/data"* ]] || return 0
  kill -TERM "$old"
  while lives "$old"; do pause 0.1; done
}

stop_engine() {
  [[ -n $engine_pid ]] || return 0
  kill -TERM "$engine_pid" 2>/dev/null || true
  wait "$engine_pid" 2>/dev/null || true
  engine_pid=''
  umount "$socket"/exec/netns/* 2>/dev/null || true
  rm -rf "$socket"
}

# provide_base_image FOLDER SUITE [ARCHITECTURE]: made of Debian's mirror, where the user's Dockerfile
# pulls it. Like the image of that name it has no manuals, and its dpkg does not wait for the disk. An
# architecture that is not this machine's needs an emulator (tests/platforms/emulator.sh).
provide_base_image() {
  local suite=$2 architecture=${3:-$(dpkg --print-architecture)} base_image=debian:$2-slim
  local archive=$1/base-$suite-$architecture.tar omitted=(doc man locale info) packages=()
  ! docker image inspect "$base_image" &>/dev/null || return 0
  if [[ ! -s $archive ]]; then
    say "making the base image of $suite for $architecture from Debian's mirror"
    find_mirror
    # Setting them up starts hundreds of programs: minutes for an emulator.
    [[ -n ${3:-} && $mirror != https:* ]] || packages=(--include=ca-certificates)
    attend mmdebstrap --quiet --format=tar --variant=minbase "${packages[@]}" \
      --architectures="$architecture" --skip=check/qemu \
      --dpkgopt=force-unsafe-io "${omitted[@]/#/--dpkgopt=path-exclude=/usr/share/}" \
      --customize-hook='rm -rf "$1"/usr/share/doc/* "$1"/usr/share/man/* "$1"/usr/share/locale/*' \
      --aptopt='Acquire::Languages "none"' "$suite" "$archive.new" "$mirror" >&2 ||
      fail "mmdebstrap could not make a base image"
    mv "$archive.new" "$archive"
  fi
  load_image "$archive" "$base_image" "$architecture"
}

# load_image ARCHIVE NAME ARCHITECTURE: `docker import` would call every image this machine's.
load_image() {
  local archive=$1 name=$2 architecture=$3 folder digest
  folder=$(mktemp -d)
  digest=$(sha256sum "$archive")
  ln -s "$archive" "$folder/layer.tar"
  printf '[{"Config":"config.json","RepoTags":["%s"],"Layers":["layer.tar"]}]' "$name" \
    >"$folder/manifest.json"
  printf '{"architecture":"%s","os":"linux","rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' \
    "$architecture" "${digest%% *}" >"$folder/config.json"
  tar --dereference -C "$folder" -c manifest.json config.json layer.tar |
    docker load >/dev/null || fail "the engine does not take the image $name"
  rm -r "$folder"
}
