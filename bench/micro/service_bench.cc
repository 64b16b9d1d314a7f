// One commit group through the service: an envelope of updates comes in, an envelope of answers
// goes out, a store in the temporary folder (TMPDIR) lies between.
#include <memory>
#include <vector>

#include "bench/micro/fixture.h"
#include "bench/micro/scratch_store.h"
#include "proto/envelope.h"
#include "service/commit/worker.h"

namespace bench {
namespace {

constexpr uint64_t kEpoch = 1;

// range(1) updates over range(2) shadows, as the plugin sends them.
class Fleet {
 public:
  explicit Fleet(const benchmark::State& state)
      : fixture_(StateBytes(state)), updates_(static_cast<uint64_t>(state.range(1))) {
    for (uint32_t i = 0; i < state.range(2); ++i) things_.push_back(SampleThing("bench-", i));
  }

  std::string NextEnvelope() {
    proto::RequestBatchWriter writer(kEpoch, sequence_);
    for (uint64_t i = 0; i < updates_; ++i, ++sequence_) {
      writer.Add({.sequence = sequence_,
                  .id = {.thing = things_[sequence_ % things_.size()], .name = ""},
                  .payload = fixture_.request,
                  .unheard = {.documents = true, .delta = true}});
    }
    return std::move(writer).Finish();
  }

 private:
  const Fixture fixture_;
  const uint64_t updates_;
  std::vector<std::string> things_;
  uint64_t sequence_ = 1;
};

enum class History { kOff, kOn };

void Group(benchmark::State& state, storage::Durability durability, History history) {
  ScratchStore scratch;
  Fleet fleet(state);
  service::Counters counters;
  service::Trace trace;
  service::Log log(service::LogLevel::kError, service::LogFormat::kText);
  std::optional<history::Writer> writer;
  if (history == History::kOn) writer = *history::Writer::Load({}, scratch.store());
  service::Worker worker({.durability = durability, .now = [] { return kNow; }}, scratch.store(),
                         *service::Journal::Load(scratch.store()), std::move(writer), counters,
                         trace, log);
  for (auto _ : state) {
    state.PauseTiming();
    const std::vector<proto::Parcel> parcels = {{0, fleet.NextEnvelope()}};
    state.ResumeTiming();
    benchmark::DoNotOptimize(worker.Process(parcels));
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()) * state.range(1));
}

void Loads(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"bytes", "updates", "shadows"})
      ->Args({500, 120, 50})
      ->Args({500, 120, 100'000})
      ->Args({8000, 120, 50})
      ->Args({500, 1, 1});
}

void GroupSync(benchmark::State& state) { Group(state, storage::Durability::kSync, History::kOff); }
void GroupRelaxed(benchmark::State& state) {
  Group(state, storage::Durability::kRelaxed, History::kOff);
}
void GroupRelaxedWithHistory(benchmark::State& state) {
  Group(state, storage::Durability::kRelaxed, History::kOn);
}
BENCHMARK(GroupSync)->Apply(Loads);
BENCHMARK(GroupRelaxed)->Apply(Loads);
BENCHMARK(GroupRelaxedWithHistory)->Apply(Loads);

}  // namespace
}  // namespace bench
