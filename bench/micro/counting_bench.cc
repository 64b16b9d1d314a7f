// What the metrics add to a group of requests: the same counting as on its way, and nothing else.
// Beside GroupRelaxed of service_bench.cc, in one run, it gives their share.
#include <benchmark/benchmark.h>

#include <chrono>

#include "proto/plugin_status.h"
#include "service/watch/counters.h"

namespace bench {
namespace {

int64_t NowUs() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

// range(0) updates, in shadowd.
void CountGroup(benchmark::State& state) {
  service::Counters counters;
  for (auto _ : state) {
    service::Tally tally;
    const int64_t begun_us = NowUs();
    counters.GroupBegins(static_cast<size_t>(state.range(0)));
    for (int64_t i = 0; i < state.range(0); ++i) {
      tally.Answered(service::Way::kMqtt, shadow::Operation::kUpdate, 200);
      ++tally.deltas;
      benchmark::DoNotOptimize(tally);
    }
    counters.Committed(NowUs() - begun_us);
    counters.GroupEnds(tally, static_cast<size_t>(state.range(0)), NowUs() - begun_us);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(CountGroup)->ArgName("updates")->Arg(120)->Arg(1);

// One answer, in the plugin.
void CountAnswer(benchmark::State& state) {
  proto::AnswerTimes times;
  const int64_t taken_us = NowUs();
  for (auto _ : state) {
    times.Add(NowUs() - taken_us);
    benchmark::DoNotOptimize(times);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(CountAnswer);

}  // namespace
}  // namespace bench
