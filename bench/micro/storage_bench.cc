// What is kept: the codec of records, and a store's commits and reads.
#include <cstdlib>
#include <optional>
#include <vector>

#include "absl/strings/str_format.h"
#include "bench/micro/fixture.h"
#include "bench/micro/scratch_store.h"
#include "storage/key.h"
#include "storage/record.h"

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

std::string KeyOf(int number) {
  return storage::RecordKey({absl::StrFormat("bench-%05d", number), ""});
}

// A group of range(1) records in one commit; the time is that of the group.
void Commit(benchmark::State& state, storage::Durability durability) {
  const Fixture fixture(StateBytes(state));
  ScratchStore scratch;
  std::vector<storage::Write> writes;
  for (int i = 0; i < static_cast<int>(state.range(1)); ++i) {
    writes.push_back({KeyOf(i), storage::EncodeRecord(fixture.document)});
  }
  for (auto _ : state) {
    if (!scratch.store().Commit(writes, durability).ok()) state.SkipWithError("commit failed");
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
  ScratchStore scratch;
  std::vector<std::string> keys;
  std::vector<storage::Write> writes;
  for (int i = 0; i < kRecords; ++i) {
    keys.push_back(KeyOf(i));
    writes.push_back({keys.back(), storage::EncodeRecord(fixture.document)});
  }
  if (!scratch.store().Commit(writes, storage::Durability::kRelaxed).ok()) std::abort();
  std::vector<std::optional<std::string>> values;
  for (auto _ : state) {
    if (!scratch.store().Read(keys, values).ok()) state.SkipWithError("read failed");
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()) * kRecords);
}
BENCHMARK(Read)->Apply(Sizes);

}  // namespace
}  // namespace bench
