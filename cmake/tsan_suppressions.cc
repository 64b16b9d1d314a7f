// What the thread sanitizer cannot see through: Debian's RocksDB is built without it, so its locks
// and atomics are invisible and what they guard looks like a race. libmosquitto takes two locks of
// its own in both orders, of a client that one thread alone works with. Abseil's: tsan_mutex.cc;
// and who lets go of a status that several share counts that inside the library, too.
extern "C" const char* __tsan_default_suppressions();

extern "C" const char* __tsan_default_suppressions() {
  return "race:librocksdb.so\nrace:absl::*::Status::Unref\ndeadlock:libmosquitto.so\n";
}
