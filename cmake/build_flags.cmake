# One place for warnings and sanitizers. Presets choose; see CMakePresets.json. Warnings are errors only
# in preset dev, by CMAKE_COMPILE_WARNING_AS_ERROR: a compiler that is newer than ours warns of more,
# and must not keep anybody from building.
set(SHADOW_TEST_SETS unit real shipped CACHE STRING
    "tests to build: unit, real (broker and durability), shipped (what a sanitized build cannot)")
option(SHADOW_BENCH "build the load generator and the micro-benchmarks" ON)
option(SHADOW_FUZZ "build the libFuzzer targets (clang)" OFF)
set(SHADOW_SANITIZE "" CACHE STRING "sanitizers, as -fsanitize takes them: address,undefined or thread")

add_compile_options(-Wall -Wextra -Wnon-virtual-dtor -Wold-style-cast -Wimplicit-fallthrough)
if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
  add_compile_options(-Wthread-safety -Wno-ambiguous-reversed-operator)
else()
  # gcc 12 sees false positives of these in abseil's and the standard library's inlined containers.
  add_compile_options(-Wshadow=local -Wno-maybe-uninitialized -Wno-restrict -Wno-stringop-overflow)
endif()

if(SHADOW_SANITIZE)
  add_compile_options(-fsanitize=${SHADOW_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${SHADOW_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
    # RapidJSON 1.1's stack adds nothing to a null pointer when it is empty.
    add_compile_options(-fno-sanitize=pointer-overflow)
  elseif(CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 13 AND SHADOW_SANITIZE MATCHES undefined)
    # With these checks gcc no longer sees what it warns of in the standard library's code as constant.
    add_compile_options(-fno-sanitize=null,nonnull-attribute,returns-nonnull-attribute)
  endif()
endif()

# Since 2023 abseil's containers have other members under the address sanitizer, and mark memory that
# nobody may touch. Debian's abseil is built without it, and takes both amiss; so they are as there.
set(SHADOW_ASAN_OPTIONS "")
if(SHADOW_SANITIZE MATCHES address AND absl_VERSION VERSION_GREATER_EQUAL 20230125)
  set(SHADOW_ASAN_OPTIONS "allow_user_poisoning=0")
  add_compile_definitions(NDEBUG_SANITIZER)
  add_library(asan_options OBJECT cmake/asan_options.cc)
  target_compile_definitions(asan_options PRIVATE SHADOW_ASAN_OPTIONS="${SHADOW_ASAN_OPTIONS}")
  link_libraries(asan_options)
endif()
set(SHADOW_ASAN_OPTIONS "${SHADOW_ASAN_OPTIONS}" CACHE INTERNAL "what a broker with the plugin needs, too")

if(SHADOW_SANITIZE STREQUAL thread)
  # The sanitizer knows no bare fences; Boost.Asio's locks, which it sees, order the same.
  add_compile_definitions(BOOST_ASIO_DISABLE_FENCED_BLOCK)
  add_library(tsan_support OBJECT cmake/tsan_mutex.cc cmake/tsan_suppressions.cc)
  link_libraries(tsan_support ${CMAKE_DL_LIBS})
endif()
