// What is kept: the codec of records, and a store's commits and reads. The store lies in the
// temporary folder (TMPDIR): its synced commits cost what a sync of that disk costs.
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "absl/strings/str_format.h"
#include "bench/micro/fixture.h"
#include "storage/key.h"
#include "storage/record.h"
#include "storage/rocksdb_store.h"

namespace bench {
namespace {

void EncodeRecord(benchmark::State& state) {
  const Fixture fixture(StateBytes(state));
  const shadow::Record record = fixture.document;
  for (auto _ : state) benchmark::DoNotOptimize(storage::EncodeRecord(record));
  CountBytes(state);
}
BENCHMARK(EncodeRecord)->Apply(Sizes);

void DecodeRecord(benchmark::State& state) {
  const Fixture fixture(StateBytes(state));
  const std::string bytes = storage::EncodeRecord(fixture.document);
  shadow::Arena arena;
  for (auto _ : state) {
    benchmark::DoNotOptimize(storage::DecodeRecord(bytes, arena));
    arena.Clear();
  }
  CountBytes(state);
  state.counters["stored_bytes"] = static_cast<double>(bytes.size());
}
BENCHMARK(DecodeRecord)->Apply(Sizes);

// A store of its own, gone at the end.
class Folder {
 public:
  Folder() : path_((std::filesystem::temp_directory_path() / "shadow-store-XXXXXX").string()) {
    if (mkdtemp(path_.data()) == nullptr) std::abort();
    auto opened = storage::OpenRocksDb({.path = path_ + "/store", .now = [] { return kNow; }});
    if (!opened.ok()) std::abort();
    store_ = *std::move(opened);
  }
  ~Folder() {
    store_.reset();
    std::filesystem::remove_all(path_);
  }
  storage::Store& store() { return *store_; }

 private:
  std::string path_;
  std::unique_ptr<storage::Store> store_;
};

std::string KeyOf(int number) {
  return storage::RecordKey({absl::StrFormat("bench-%05d", number), ""});
}

// A group of range(1) records in one commit; the time is that of the group.
void Commit(benchmark::State& state, storage::Durability durability) {
  const Fixture fixture(StateBytes(state));
  Folder folder;
  std::vector<storage::Write> writes;
  for (int i = 0; i < static_cast<int>(state.range(1)); ++i) {
    writes.push_back({KeyOf(i), storage::EncodeRecord(fixture.document)});
  }
  for (auto _ : state) {
    if (!folder.store().Commit(writes, durability).ok()) state.SkipWithError("commit failed");
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()) * state.range(1));
}

void CommitSync(benchmark::State& state) { Commit(state, storage::Durability::kSync); }
void CommitRelaxed(benchmark::State& state) { Commit(state, storage::Durability::kRelaxed); }
BENCHMARK(CommitSync)
    ->ArgsProduct({{500, 2000, 8000}, {1, 50}})
    ->ArgNames({"bytes", "group"})
    ->UseRealTime();
BENCHMARK(CommitRelaxed)
    ->ArgsProduct({{500, 2000, 8000}, {1, 50}})
    ->ArgNames({"bytes", "group"})
    ->UseRealTime();

void Read(benchmark::State& state) {
  constexpr int kRecords = 50;
  const Fixture fixture(StateBytes(state));
  Folder folder;
  std::vector<std::string> keys;
  std::vector<storage::Write> writes;
  for (int i = 0; i < kRecords; ++i) {
    keys.push_back(KeyOf(i));
    writes.push_back({keys.back(), storage::EncodeRecord(fixture.document)});
  }
  if (!folder.store().Commit(writes, storage::Durability::kRelaxed).ok()) std::abort();
  std::vector<std::optional<std::string>> values;
  for (auto _ : state) {
    if (!folder.store().Read(keys, values).ok()) state.SkipWithError("read failed");
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()) * kRecords);
}
BENCHMARK(Read)->Apply(Sizes);

}  // namespace
}  // namespace bench
