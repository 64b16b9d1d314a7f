# shellcheck shell=bash
# Has the kernel start programs of arm64 by qemu, in containers too, for as long as tests run.
# Needs console.sh.

emulator_mount=''
emulator_is_ours=''

# register_emulator: as Debian's own line has it. Leaves alone what the machine has registered itself.
register_emulator() {
  emulator_mount=$(mktemp -d)
  mount -t binfmt_misc binfmt_misc "$emulator_mount" ||
    fail "the kernel knows no binfmt_misc: images for arm64 cannot be tried"
  [[ ! -e $emulator_mount/qemu-aarch64 ]] || return 0
  cat /usr/lib/binfmt.d/qemu-aarch64.conf >"$emulator_mount/register" ||
    fail "the kernel takes no emulator for arm64: its images cannot be tried"
  emulator_is_ours=yes
}

unregister_emulator() {
  [[ -n $emulator_mount ]] || return 0
  [[ -z $emulator_is_ours ]] || echo -1 >"$emulator_mount/qemu-aarch64"
  umount "$emulator_mount" && rmdir "$emulator_mount"
  emulator_mount=''
}
