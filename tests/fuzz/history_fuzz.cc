// Any bytes as stored bytes of history: what decodes encodes to the same bytes again, and is undone
// on any document, or refused.
#include <cstdlib>

#include "history/change.h"
#include "history/patch.h"
#include "storage/history_bounds.h"
#include "storage/history_entry.h"
#include "storage/history_feed.h"

namespace {

constexpr uint64_t kChange = 1'000'000;

// What the patches of the corpus were made for.
constexpr absl::string_view kDocument =
    R"({"a":1,"b":{"c":[1,{"d":"x"}],"e":{}},"long":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"})";

void Check(bool holds) {
  if (!holds) std::abort();
}

void UndoSection(const storage::PatchNode& patch, shadow::Arena& arena) {
  const shadow::Value after = *shadow::ParseJson(kDocument, 1'700'000'000, arena);
  const auto before = history::Undo(after, patch, arena);
  if (!before) return;
  (void)history::ListChanges({.desired = *before}, {.desired = after}, history::Listing::kWrites);
  // The way back that is found anew leads to the same place.
  const auto again = history::Undo(after, history::ReversePatch(*before, after, arena), arena);
  Check(again.has_value());
  Check(storage::EncodeRecord(shadow::Document{.desired = *again, .version = 1}) ==
        storage::EncodeRecord(shadow::Document{.desired = *before, .version = 1}));
}

void CheckEntry(absl::string_view bytes) {
  shadow::Arena arena;
  const auto entry = storage::DecodeHistoryEntry(bytes, kChange, arena);
  const auto time = storage::HistoryTimeOf(bytes);
  if (!entry.ok()) return;
  Check(time == entry->time);
  Check(storage::EncodeHistoryEntry(*entry, kChange) == bytes);
  UndoSection(entry->desired, arena);
  UndoSection(entry->reported, arena);
}

void CheckFeed(absl::string_view bytes) {
  const auto group = storage::DecodeFeed(bytes, kChange);
  (void)storage::FeedTimeOf(bytes);
  if (group.ok()) Check(storage::EncodeFeed(group->time, group->entries) == bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  CheckEntry(bytes);
  CheckFeed(bytes);
  if (const auto floors = storage::DecodeFloors(bytes); floors.ok()) {
    Check(storage::EncodeFloors(*floors) == bytes);
  }
  if (const auto id = storage::ParseHistoryKey(bytes)) {
    Check(storage::HistoryKey(id->id, id->lane, id->change) == bytes);
  }
  if (const auto change = storage::ParseFeedKey(bytes)) Check(storage::FeedKey(*change) == bytes);
  return 0;
}
