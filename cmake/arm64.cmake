# For arm64 from another Debian: against Debian's arm64 packages, unpacked into a folder of their own
# (tests/platforms/arm64_root makes it). What is built runs here under qemu's user mode.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)

set(SHADOW_ARM64_ROOT ${CMAKE_CURRENT_LIST_DIR}/../build/platforms/arm64/root CACHE PATH
    "Debian's arm64 packages, as from the root of a file system")
set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES SHADOW_ARM64_ROOT)
get_filename_component(CMAKE_SYSROOT ${SHADOW_ARM64_ROOT} ABSOLUTE)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

# The least processor of arm64's: what it cannot do, no board needs to.
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64-static;-cpu;cortex-a53;-L;${CMAKE_SYSROOT}
    CACHE STRING "what runs the programs here")
