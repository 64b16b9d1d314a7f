// The pure core: parsing, printing, merging, comparing.
#include "bench/micro/fixture.h"
#include "shadow/delta.h"
#include "shadow/limits.h"
#include "shadow/metadata.h"
#include "shadow/operation.h"

namespace bench {
namespace {

void ParseJson(benchmark::State& state) {
  const Fixture fixture(StateBytes(state));
  shadow::Arena arena;
  for (auto _ : state) {
    benchmark::DoNotOptimize(shadow::ParseJson(fixture.reported_text, kNow, arena));
    arena.Clear();
  }
  CountBytes(state);
}
BENCHMARK(ParseJson)->Apply(Sizes);

// A report with a new count to a section that is like it otherwise.
void ParseJsonLike(benchmark::State& state) {
  const Fixture fixture(StateBytes(state), static_cast<Shape>(state.range(1)));
  shadow::Arena arena;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        shadow::ParseJson(fixture.reported_text, kNow, arena, &fixture.document.reported));
    arena.Clear();
  }
  CountBytes(state);
}
BENCHMARK(ParseJsonLike)
    ->ArgsProduct({{500, 2000, 8000}, {0, 1, 2, 3}})
    ->ArgNames({"bytes", "shape"});

// The same size as groups of numbers, as one array and as long strings.
void ParseJsonOfShape(benchmark::State& state) {
  const Fixture fixture(StateBytes(state), static_cast<Shape>(state.range(1)));
  shadow::Arena arena;
  for (auto _ : state) {
    benchmark::DoNotOptimize(shadow::ParseJson(fixture.reported_text, kNow, arena));
    arena.Clear();
  }
  CountBytes(state);
}
BENCHMARK(ParseJsonOfShape)
    ->ArgsProduct({{2000, 8000}, {0, 1, 2, 3}})
    ->ArgNames({"bytes", "shape"});

void PrintJson(benchmark::State& state) {
  const Fixture fixture(StateBytes(state));
  std::string out;
  for (auto _ : state) {
    out.clear();
    shadow::PrintJson(fixture.document.reported, out);
    benchmark::DoNotOptimize(out.data());
  }
  CountBytes(state);
}
BENCHMARK(PrintJson)->Apply(Sizes);

void PrintMetadata(benchmark::State& state) {
  const Fixture fixture(StateBytes(state));
  std::string out;
  for (auto _ : state) {
    out.clear();
    shadow::PrintMetadata(fixture.document.reported, out);
    benchmark::DoNotOptimize(out.data());
  }
  CountBytes(state);
}
BENCHMARK(PrintMetadata)->Apply(Sizes);

void Merge(benchmark::State& state) {
  Fixture fixture(StateBytes(state));
  const auto patch = *shadow::ParseJson(fixture.reported_text, kNow, fixture.arena);
  shadow::Arena arena;
  for (auto _ : state) {
    benchmark::DoNotOptimize(shadow::Merge(fixture.document.reported, patch, arena));
    arena.Clear();
  }
  CountBytes(state);
}
BENCHMARK(Merge)->Apply(Sizes);

// Equal sections: the whole of both is walked.
void DeltaOfEqual(benchmark::State& state) {
  const Fixture fixture(StateBytes(state));
  shadow::Arena arena;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        shadow::Delta(fixture.document.reported, fixture.document.reported, arena));
    arena.Clear();
  }
  CountBytes(state);
}
BENCHMARK(DeltaOfEqual)->Apply(Sizes);

void ApplyUpdate(benchmark::State& state) {
  Fixture fixture(StateBytes(state));
  const auto parsed = proto::ParseUpdate(fixture.request, kNow, fixture.arena);
  const auto& update = std::get<shadow::Update>(parsed.request);
  const std::optional<shadow::Record> current = fixture.document;
  const shadow::Limits limits;
  shadow::Arena arena;
  for (auto _ : state) {
    benchmark::DoNotOptimize(shadow::ApplyUpdate(current, update, kNow, limits, arena));
    arena.Clear();
  }
  CountBytes(state);
}
BENCHMARK(ApplyUpdate)->Apply(Sizes);

}  // namespace
}  // namespace bench
