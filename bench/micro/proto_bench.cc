// What is spoken: request payloads in, answer payloads out, and the link's envelopes around them.
#include "bench/micro/fixture.h"
#include "proto/answer.h"
#include "proto/envelope.h"
#include "shadow/delta.h"

namespace bench {
namespace {

constexpr int kBatch = 50;

void ParseUpdate(benchmark::State& state) {
  const Fixture fixture(StateBytes(state));
  shadow::Arena arena;
  for (auto _ : state) {
    benchmark::DoNotOptimize(proto::ParseUpdate(fixture.request, kNow, arena));
    arena.Clear();
  }
  CountBytes(state);
}
BENCHMARK(ParseUpdate)->Apply(Sizes);

void WordUpdateAccepted(benchmark::State& state) {
  Fixture fixture(StateBytes(state));
  const auto parsed = proto::ParseUpdate(fixture.request, kNow, fixture.arena);
  const auto& update = std::get<shadow::Update>(parsed.request);
  std::string out;
  for (auto _ : state) {
    out.clear();
    proto::WordUpdateAccepted(update.state, 1234, kNow, kToken, out);
    benchmark::DoNotOptimize(out.data());
  }
  CountBytes(state);
}
BENCHMARK(WordUpdateAccepted)->Apply(Sizes);

void WordUpdateDocuments(benchmark::State& state) {
  const Fixture fixture(StateBytes(state));
  std::string out;
  for (auto _ : state) {
    out.clear();
    proto::WordUpdateDocuments(&fixture.document, fixture.document, kNow, kToken, out);
    benchmark::DoNotOptimize(out.data());
  }
  CountBytes(state);
}
BENCHMARK(WordUpdateDocuments)->Apply(Sizes);

void WordGetAccepted(benchmark::State& state) {
  Fixture fixture(StateBytes(state));
  const shadow::Value delta =
      shadow::Delta(fixture.document.desired, fixture.document.reported, fixture.arena);
  std::string out;
  for (auto _ : state) {
    out.clear();
    proto::WordGetAccepted(fixture.document, delta, kNow, kToken, out);
    benchmark::DoNotOptimize(out.data());
  }
  CountBytes(state);
}
BENCHMARK(WordGetAccepted)->Apply(Sizes);

proto::LinkRequest SampleRequest(const Fixture& fixture, uint64_t sequence) {
  return {.sequence = sequence,
          .operation = shadow::Operation::kUpdate,
          .id = {"bench-00001", ""},
          .payload = fixture.request};
}

// A batch of 50 requests, written and read; the time is that of the batch.
void RequestEnvelope(benchmark::State& state) {
  const Fixture fixture(StateBytes(state));
  for (auto _ : state) {
    proto::RequestBatchWriter writer(7, 1);
    for (int i = 1; i <= kBatch; ++i) writer.Add(SampleRequest(fixture, static_cast<uint64_t>(i)));
    const std::string bytes = std::move(writer).Finish();
    benchmark::DoNotOptimize(proto::DecodeRequestBatch(bytes));
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()) * kBatch);
}
BENCHMARK(RequestEnvelope)->Apply(Sizes);

// A batch of 50 answers of one message, written and read.
void AnswerEnvelope(benchmark::State& state) {
  const Fixture fixture(StateBytes(state));
  for (auto _ : state) {
    proto::AnswerBatchWriter writer(7);
    for (int i = 1; i <= kBatch; ++i) {
      writer.BeginAnswer(static_cast<uint64_t>(i), {"bench-00001", ""});
      writer.BeginMessage(proto::AnswerTopic::kUpdateAccepted).append(fixture.request);
    }
    const std::string bytes = std::move(writer).Finish();
    benchmark::DoNotOptimize(proto::DecodeAnswerBatch(bytes));
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()) * kBatch);
}
BENCHMARK(AnswerEnvelope)->Apply(Sizes);

}  // namespace
}  // namespace bench
