// History entries as a seed wants them: of every kind, with patches of every form.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "storage/history_entry.h"
#include "tests/storage/random_record.h"

namespace storage {

class RandomEntry {
 public:
  RandomEntry(uint64_t seed, shadow::Arena& arena) : random_(seed, arena), arena_(arena) {}

  HistoryEntry Next(uint64_t change) {
    HistoryEntry entry;
    entry.kind = static_cast<HistoryKind>(1 + Below(8));
    entry.time = Below(2'000'000'000);
    entry.author = {.way = static_cast<HistoryWay>(Below(6)),
                    .client_id = Text(),
                    .principal = Text(),
                    .address = Text(),
                    .token = Text()};
    if (IsEvent(entry.kind)) {
      entry.after = RecordKind::kNone;
      if (entry.kind == HistoryKind::kGet) entry.version = Below(3) == 0 ? 0 : random_.Version();
      entry.detail = Text();
    } else {
      Change(change, entry);
    }
    return entry;
  }

  int64_t Below(int64_t bound) { return random_.Below(bound); }
  RandomRecord& random() { return random_; }

 private:
  void Change(uint64_t change, HistoryEntry& entry) {
    const bool imported = entry.kind == HistoryKind::kImport;
    entry.version = random_.Version();
    entry.record_time = imported ? Below(2'000'000'000) : entry.time;
    if (entry.kind == HistoryKind::kDelete || (imported && Below(4) == 0)) {
      entry.after = RecordKind::kTombstone;
    }
    entry.before.kind = RecordKind::kDocument;
    if (entry.kind == HistoryKind::kCreate) {
      entry.before.kind = Below(2) == 0 ? RecordKind::kNone : RecordKind::kTombstone;
    } else if (imported || entry.kind == HistoryKind::kRestore) {
      entry.before.kind = static_cast<RecordKind>(Below(3));
    }
    if (entry.before.kind == RecordKind::kNone) return;
    if (!imported && entry.version == 1) ++entry.version;
    entry.before.version = imported ? random_.Version() : entry.version - 1;
    entry.before.time = Below(2) == 0 ? Below(2'000'000'000) : entry.time / 2;
    if (change > 1 && Below(4) != 0) {
      entry.previous_change = change - 1 - (change - 2) / static_cast<uint64_t>(1 + Below(9));
      entry.previous_wish = Below(2) == 0 ? entry.previous_change : entry.previous_change / 2;
    }
    if (entry.before.kind != RecordKind::kDocument) return;
    entry.desired = Section(entry.before.time);
    entry.reported = Section(entry.before.time);
  }

  PatchNode Section(int64_t time) {
    if (Below(6) == 0) return {.kind = PatchNode::Kind::kWhole, .value = random_.Section(time)};
    return Members(0, time);
  }

  PatchNode Members(int depth, int64_t time) {
    PatchNode node;
    if (Below(4) == 0) {
      node.kind = PatchNode::Kind::kTimes;
      node.time = random_.Timestamp(time);
    }
    std::vector<PatchMember> members(static_cast<size_t>(Below(5)));
    size_t number = 0;
    for (PatchMember& member : members) {
      member = {arena_.Copy(absl::StrCat("\"", number++, "\"")), Node(depth + 1, time)};
    }
    node.members = arena_.Copy(absl::MakeConstSpan(members));
    return node;
  }

  PatchNode Node(int depth, int64_t time) {
    switch (Below(depth < 5 ? 5 : 3)) {
      case 0:
        return {.kind = PatchNode::Kind::kAbsent};
      case 1:
        return {.kind = PatchNode::Kind::kWhole, .value = random_.Any(time)};
      case 2:
        return {.kind = PatchNode::Kind::kInserted,
                .place = static_cast<uint32_t>(Below(4) == 0 ? UINT32_MAX : Below(300)),
                .value = random_.Any(time)};
      default:
        return Members(depth, time);
    }
  }

  // Short and long, of hexadecimal digits and of others.
  absl::string_view Text() {
    std::string text(static_cast<size_t>(Below(2) == 0 ? Below(70) : 8 * Below(3)), 'x');
    const bool hex = Below(2) == 0;
    for (char& c : text) c = hex ? "0123456789abcdef"[Below(16)] : static_cast<char>(Below(256));
    return arena_.Copy(text);
  }

  RandomRecord random_;
  shadow::Arena& arena_;
};

}  // namespace storage
