// Prints what a store that nobody has open holds of history, a JSON object a line: its records'
// heads, then its entries, each lane's newest first: stored_history FOLDER. For tests only.
#include <iostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "shadow/json.h"
#include "storage/history_entry.h"
#include "storage/key.h"
#include "storage/record.h"
#include "storage/rocksdb/store.h"

namespace {

std::string Quoted(absl::string_view text) {
  std::string quoted;
  shadow::PrintJsonString(text, quoted);
  return quoted;
}

std::string OfShadow(const shadow::ShadowId& id) {
  return absl::StrCat(R"({"thing":)", Quoted(id.thing), R"(,"name":)", Quoted(id.name));
}

std::string RecordLine(const shadow::ShadowId& id, absl::string_view bytes) {
  shadow::Arena arena;
  const auto record = storage::DecodeRecord(bytes, arena);
  const auto head = storage::DecodeRecordHead(bytes);
  if (!record.ok() || !head.ok()) return absl::StrCat(OfShadow(id), R"(,"damaged":true})");
  return absl::StrCat(OfShadow(id), R"(,"version":)", shadow::CurrentVersion(*record),
                      R"(,"last_change":)", head->last_change, R"(,"last_wish":)", head->last_wish,
                      R"(,"differs":)", head->differs ? "true}" : "false}");
}

std::string EntryLine(const storage::HistoryId& id, absl::string_view bytes) {
  shadow::Arena arena;
  const auto entry = storage::DecodeHistoryEntry(bytes, id.change, arena);
  if (!entry.ok()) return absl::StrCat(OfShadow(id.id), R"(,"damaged":true})");
  const storage::Author& author = entry->author;
  return absl::StrCat(
      OfShadow(id.id), R"(,"lane":")", std::string(1, static_cast<char>(id.lane)), R"(","change":)",
      id.change, R"(,"kind":)", static_cast<int>(entry->kind), R"(,"version":)", entry->version,
      R"(,"before":)", entry->before.version, R"(,"previous_change":)", entry->previous_change,
      R"(,"previous_wish":)", entry->previous_wish, R"(,"token":)", Quoted(author.token),
      R"(,"client":)", Quoted(author.client_id), R"(,"principal":)", Quoted(author.principal),
      R"(,"address":)", Quoted(author.address), R"(,"way":)", Quoted(storage::WayText(author.way)),
      R"(,"time":)", entry->time, R"(,"detail":)", Quoted(entry->detail), "}");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: stored_history FOLDER\n";
    return 2;
  }
  const auto store = storage::OpenRocksDbForReading({.path = argv[1]});
  absl::Status status = store.status();
  if (status.ok()) {
    status = (*store)->Scan(storage::kRecordPrefix, "", [](absl::string_view key, auto value) {
      if (const auto id = storage::ParseRecordKey(key)) std::cout << RecordLine(*id, value) << "\n";
      return true;
    });
  }
  if (status.ok()) {
    status = (*store)->Scan(storage::kHistoryPrefix, "", [](absl::string_view key, auto value) {
      if (const auto id = storage::ParseHistoryKey(key)) std::cout << EntryLine(*id, value) << "\n";
      return true;
    });
  }
  if (!status.ok()) std::cerr << "stored_history: " << status << "\n";
  return status.ok() ? 0 : 1;
}
