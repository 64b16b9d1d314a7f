// What the thread sanitizer cannot see through: Debian's RocksDB and abseil are built without it,
// so their locks and atomics are invisible to it and what they guard looks like a race.
extern "C" const char* __tsan_default_suppressions();

extern "C" const char* __tsan_default_suppressions() {
  return "race:librocksdb.so\n"
         "race:storage::MemoryStore\n";  // guarded by an absl::Mutex
}
