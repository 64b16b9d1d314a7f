// What the address sanitizer has to know of the libraries that are built without it
// (build_flags.cmake).
extern "C" const char* __asan_default_options();

extern "C" const char* __asan_default_options() { return SHADOW_ASAN_OPTIONS; }
