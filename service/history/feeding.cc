// GET …/changes
#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "rest/error.h"
#include "service/history/questions.h"
#include "service/history/words.h"
#include "storage/change_numbers.h"
#include "storage/history_feed.h"

namespace service {
namespace {

using storage::FeedEntry;

constexpr size_t kFeedBytesMax = 4u << 20;  // of an answer, but for its last entry

// What is found of the feed. Names of entries point into `groups`.
struct Page {
  uint64_t from = 1;  // the first number that there is anything of
  std::vector<std::unique_ptr<std::string>> groups{};
  std::vector<FeedEntry> entries{};
};

class Feeding : public Question {
 public:
  Feeding(const rest::ReadChanges& read, const Sources& sources, Historian::Asking asking)
      : read_(read), sources_(sources), asking_(std::move(asking)) {}

  bool GoOn(Slice) override {
    if (const absl::Status status = Read(); !status.ok()) {
      sources_.log.Error("history_unreadable", {{"cause", status.ToString()}});
      Refuse(rest::InternalFailure());
    }
    return true;
  }

  void GiveUp() override { Refuse(rest::InternalFailure()); }  // one slice is all it takes

 private:
  void Refuse(const rest::Error& error) const {
    asking_.respond(rest::WordError(error, asking_.request_id));
  }

  absl::Status Read() {
    if (absl::Status read = ReadMarks(); !read.ok()) return read;
    if (read_.after > 0 && read_.after >= unused_from_) {
      Refuse(rest::InvalidRequest("after is beyond all changes that there were"));
      return absl::OkStatus();
    }
    Page page;
    if (absl::Status found = FindFirst(page); !found.ok()) return found;
    if (absl::Status found = FindEntries(page); !found.ok()) return found;
    return Tell(page);
  }

  // Where change numbers end, and where what is kept begins.
  absl::Status ReadMarks() {
    floors_ = sources_.store.Floors();
    const auto numbers = storage::ChangeNumbers::Load(sources_.store);
    if (!numbers.ok()) return numbers.status();
    unused_from_ = numbers->end();
    return absl::OkStatus();
  }

  // Calls `visit` for the groups that begin behind `after` and do not end below the floor.
  absl::Status ScanGroups(
      uint64_t after,
      const std::function<bool(absl::string_view bytes, const storage::FeedGroup&)>& visit) const {
    absl::Status fault;
    const auto look_at = [&](absl::string_view key, absl::string_view bytes) {
      const auto change = storage::ParseFeedKey(key);
      if (!change) return true;
      const auto group = storage::DecodeFeed(bytes, *change);
      if (!group.ok()) {
        fault = group.status();
        return false;
      }
      return group->entries.back().change < floors_.feed || visit(bytes, *group);
    };
    absl::Status scanned =
        sources_.store.Scan(storage::kFeedPrefix, storage::FeedKey(after), look_at);
    scanned.Update(fault);
    return scanned;
  }

  absl::Status FindFirst(Page& page) const {
    page.from = std::max<uint64_t>(1, floors_.feed);
    return ScanGroups(0, [&](absl::string_view, const storage::FeedGroup& group) {
      page.from = group.entries.front().change;
      return false;
    });
  }

  // A group may have begun before what is asked for.
  absl::Status FindEntries(Page& page) const {
    const uint64_t before =
        read_.after - std::min<uint64_t>(read_.after, storage::kFeedGroupEntriesMax);
    return ScanGroups(before, [&](absl::string_view bytes, const storage::FeedGroup& group) {
      if (group.entries.back().change <= read_.after) return true;
      page.groups.push_back(std::make_unique<std::string>(bytes));
      const auto own = storage::DecodeFeed(*page.groups.back(), group.entries.front().change);
      for (const FeedEntry& entry : own->entries) {
        if (entry.change <= read_.after) continue;
        if (page.entries.size() == read_.entries_max) return false;
        page.entries.push_back(entry);
      }
      return true;
    });
  }

  absl::Status Tell(const Page& page) const {
    std::vector<std::string> keys;
    for (const FeedEntry& at : page.entries) {
      keys.push_back(storage::HistoryKey(at.id, at.lane, at.change));
    }
    std::vector<std::optional<std::string>> stored;
    if (absl::Status read = sources_.store.Read(keys, stored); !read.ok()) return read;
    uint64_t next = read_.after;
    std::string changes;
    for (size_t i = 0; i < keys.size() && changes.size() < kFeedBytesMax; ++i) {
      if (i > 0) changes += ',';
      Print(page.entries[i], stored[i].value_or(""), changes);
      next = page.entries[i].change;
    }
    asking_.respond({.status = 200,
                     .body = absl::StrCat(R"({"changes":[)", changes, R"(],"next":)", next,
                                          R"(,"from":)", page.from, "}"),
                     .error_type = {},
                     .allow = {}});
    return absl::OkStatus();
  }

  // `bytes`: empty if they are gone.
  void Print(const FeedEntry& at, absl::string_view bytes, std::string& out) const {
    shadow::Arena arena;
    const auto entry = storage::DecodeHistoryEntry(bytes, at.change, arena);
    const Historian::Settings& settings = sources_.settings;
    storage::HistoryJudge judge(settings.bounds, floors_, at.lane, settings.now());
    if (entry.ok() &&
        judge.Next(at.change, bytes.size(), entry->time) == storage::HistoryLimit::kNone) {
      return PrintEntry({at, *entry}, std::nullopt, asking_.provenance, out);
    }
    PrintLostEntry(at, out);
  }

  const rest::ReadChanges read_;
  const Sources sources_;
  const Historian::Asking asking_;
  uint64_t unused_from_ = 1;
  storage::HistoryFloors floors_;
};

}  // namespace

std::unique_ptr<Question> Asked(const rest::ReadChanges& read, const Sources& sources,
                                Historian::Asking asking) {
  return std::make_unique<Feeding>(read, sources, std::move(asking));
}

}  // namespace service
