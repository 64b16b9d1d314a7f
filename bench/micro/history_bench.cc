// What history adds to an update: finding the way back, and the bytes of its entry.
#include "absl/strings/str_cat.h"
#include "bench/micro/fixture.h"
#include "history/entry.h"
#include "shadow/operation.h"
#include "storage/history_entry.h"

namespace bench {
namespace {

constexpr uint64_t kChange = 1'000'000;

// What an update of argument 1 makes of a document of argument 0.
enum class Update {
  kAll,      // all of reported again, one member of it changed
  kOneLeaf,  // one member of reported
};

class Updated {
 public:
  explicit Updated(const benchmark::State& state) : fixture_(StateBytes(state)) {
    std::string reported = fixture_.reported_text;
    // The first digit of the count.
    char& digit = reported[kCountPrefix.size()];
    digit = digit == '1' ? '2' : '1';
    if (static_cast<Update>(state.range(1)) == Update::kOneLeaf) reported = R"({"mode":"off"})";
    request_ = absl::StrCat(R"({"state":{"reported":)", reported, "}}");
    const auto update = proto::ParseUpdate(request_, kNow, fixture_.arena, &fixture_.document);
    const auto outcome = shadow::ApplyUpdate(before_, std::get<shadow::Update>(update.request),
                                             kNow, shadow::Limits(), fixture_.arena);
    after_ = std::get<shadow::Document>(outcome);
  }

  history::MadeEntry Make(shadow::Arena& arena) const {
    return history::MakeEntry({.before = before_,
                               .before_head = {.last_change = kChange - 50},
                               .after = after_,
                               .now = kNow,
                               .author = {.way = storage::HistoryWay::kMqtt,
                                          .client_id = "device-00001",
                                          .address = "10.0.0.17",
                                          .token = kToken},
                               .number = kChange},
                              arena);
  }

 private:
  Fixture fixture_;
  std::string request_;
  const std::optional<shadow::Record> before_ = fixture_.document;
  shadow::Record after_{};
};

void HistoryEntry(benchmark::State& state) {
  const Updated updated(state);
  shadow::Arena arena;
  size_t bytes = 0;
  for (auto _ : state) {
    bytes = storage::EncodeHistoryEntry(updated.Make(arena).entry, kChange).size();
    arena.Clear();
  }
  state.counters["entry_bytes"] = static_cast<double>(bytes);
}
BENCHMARK(HistoryEntry)->ArgsProduct({{500, 2000, 8000}, {0, 1}})->ArgNames({"bytes", "update"});

}  // namespace
}  // namespace bench
