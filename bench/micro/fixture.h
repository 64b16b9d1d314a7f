// What the micro-benchmarks work on: a live document of a stated size and the update that a device
// sends for it. Argument 0 of a benchmark is the size of the state in bytes.
#pragma once

#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "bench/sample.h"
#include "proto/request.h"
#include "shadow/arena.h"
#include "shadow/document.h"
#include "shadow/json.h"
#include "shadow/merge.h"

namespace bench {

inline constexpr int64_t kNow = 1'700'000'000;  // epoch seconds, ten digits as today's
inline constexpr absl::string_view kToken = "\"00010000200300000004\"";

struct Fixture {
  explicit Fixture(size_t state_bytes, Shape shape = Shape::kFlat)
      : reported_text(SampleReported(shape, state_bytes - kSampleDesired.size())),
        request(absl::StrCat("{\"state\":{\"reported\":", reported_text,
                             "},\"clientToken\":", kToken, "}")) {
    // A section as it is stored: made by a merge, as every stored section is.
    const auto merged = [this](absl::string_view text) {
      return shadow::Merge(shadow::Value(), *shadow::ParseJson(text, kNow - 60, arena), arena);
    };
    document.desired = merged(kSampleDesired);
    document.reported = merged(reported_text);
    document.version = 1234;
    document.updated_at = kNow - 60;
  }

  shadow::Arena arena;
  std::string reported_text;
  std::string request;
  shadow::Document document{};
};

inline size_t StateBytes(const benchmark::State& state) {
  return static_cast<size_t>(state.range(0));
}

// Bytes of state per second: cost by size is linear where this stays the same.
inline void CountBytes(benchmark::State& state) {
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) * state.range(0));
}

// The sizes of docs/performance.md.
inline void Sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->Arg(500)->Arg(2000)->Arg(8000);
}

}  // namespace bench
