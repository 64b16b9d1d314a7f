#include "storage/survey.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "shadow/arena.h"
#include "storage/history_entry.h"
#include "storage/history_feed.h"
#include "storage/journal_entry.h"
#include "storage/key.h"
#include "storage/post.h"
#include "storage/record.h"

namespace storage {
namespace {

constexpr uint64_t kProgressEvery = 10'000;  // entries
constexpr size_t kArenaBytes = 64u << 10;

class Surveyor {
 public:
  explicit Surveyor(absl::Span<const EntryChecker> checkers) : checkers_(checkers) {}

  const Survey& survey() const { return survey_; }

  void Visit(absl::string_view key, absl::string_view value) {
    survey_.bytes += key.size() + value.size();
    if (key == kFormatKey || key == kFloorsKey || key == kChangesKey) return;
    if (absl::StartsWith(key, kRecordPrefix)) {
      Record(key, value);
    } else if (absl::StartsWith(key, kJournalPrefix)) {
      const auto entries = DecodeJournal(value);
      if (!ParseJournalKey(key) || !entries.ok()) {
        Damaged("a journal entry", entries.status());
      } else {
        ++survey_.journal_entries;
      }
    } else if (absl::StartsWith(key, kConnectionPrefix)) {
      const auto told = DecodeToldConnection(value);
      if (!ParseConnectionKey(key) || !told.ok()) {
        Damaged("a connection that history has told", told.status());
      } else {
        ++survey_.told_connections;
      }
    } else if (absl::StartsWith(key, kHistoryPrefix)) {
      survey_.history_bytes += key.size() + value.size();
      History(key, value);
    } else if (absl::StartsWith(key, kPostPrefix)) {
      const auto post = DecodePost(value);
      if (!ParsePostKey(key) || !post.ok()) {
        Damaged("a message on its way", post.status());
      } else {
        ++survey_.posts;
      }
    } else {
      Other(key, value);
    }
  }

 private:
  void Record(absl::string_view key, absl::string_view value) {
    const auto id = ParseRecordKey(key);
    if (!id) return Damaged("a record under a key that names no shadow", absl::OkStatus());
    arena_.Clear();
    const auto record = DecodeRecord(value, arena_);
    if (!record.ok()) return Damaged(shadow::DisplayName(*id), record.status());
    ++(shadow::LiveDocument(*record) != nullptr ? survey_.documents : survey_.tombstones);
    if (value.size() <= survey_.largest_bytes) return;
    survey_.largest_bytes = value.size();
    survey_.largest_shadow = shadow::DisplayName(*id);
  }

  void History(absl::string_view key, absl::string_view value) {
    arena_.Clear();
    if (const auto first = ParseFeedKey(key)) {
      const absl::Status status = DecodeFeed(value, *first).status();
      return status.ok() ? void(++survey_.feed_groups) : Damaged("the feed of history", status);
    }
    const auto id = ParseHistoryKey(key);
    if (!id) return Damaged("history under a key that names no entry", absl::OkStatus());
    const absl::Status status = DecodeHistoryEntry(value, id->change, arena_).status();
    if (status.ok()) return void(++survey_.history_entries);
    Damaged(absl::StrCat("the history of ", shadow::DisplayName(id->id)), status);
  }

  void Other(absl::string_view key, absl::string_view value) {
    for (const EntryChecker& checker : checkers_) {
      if (!absl::StartsWith(key, checker.prefix)) continue;
      const absl::Status status = checker.check(key, value);
      return status.ok() ? void(++survey_.beyond_shadows) : Damaged(checker.what, status);
    }
    ++survey_.unknown_keys;
  }

  void Damaged(absl::string_view what, const absl::Status& why) {
    ++survey_.damaged;
    if (survey_.damages.size() == kDamagesMax) return;
    survey_.damages.push_back(absl::StrCat(what, why.ok() ? "" : ": ", why.message()));
  }

  const absl::Span<const EntryChecker> checkers_;
  shadow::Arena arena_{kArenaBytes};
  Survey survey_;
};

}  // namespace

absl::StatusOr<Survey> SurveyStore(const Store& store, absl::Span<const EntryChecker> checkers,
                                   const std::function<void(const Survey&)>& progress) {
  Surveyor surveyor(checkers);
  uint64_t visited = 0;
  const absl::Status status =
      store.Scan("", "", [&](absl::string_view key, absl::string_view value) {
        surveyor.Visit(key, value);
        if (++visited % kProgressEvery == 0) progress(surveyor.survey());
        return true;
      });
  if (!status.ok()) return status;
  return surveyor.survey();
}

}  // namespace storage
