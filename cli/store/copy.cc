#include <unistd.h>

#include <climits>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/json_text.h"
#include "cli/progress.h"
#include "cli/store/stopped_store.h"
#include "storage/key.h"
#include "storage/ownership.h"
#include "storage/postgres/store.h"
#include "storage/rocksdb/store.h"
#include "storage/store_folder.h"
#include "storage/stranger.h"

namespace cli {
namespace {

constexpr size_t kBatchBytes = 1 << 20;
constexpr size_t kBatchWrites = 1000;
constexpr absl::string_view kUnfinished = "0";  // what the format says meanwhile

// Whoever waits for a database has it at once.
struct GiveUp {
  void operator()(storage::Ownership* ownership) const {
    ownership->GiveUp().IgnoreError();
    delete ownership;
  }
};

// One end of a copy: nobody else commits to it as long.
struct End {
  std::string name{};  // as it was given
  std::optional<storage::Guise> guise{};
  std::unique_ptr<storage::Ownership, GiveUp> ownership{};
  std::unique_ptr<storage::Store> store{};

  // To be called now and then: a database that nothing is heard of goes to who waits for it.
  absl::Status Keep() const {
    return ownership == nullptr ? absl::OkStatus() : ownership->RenewIfDue().status();
  }
};

absl::StatusOr<End> TakeDatabase(const std::string& url) {
  char host[HOST_NAME_MAX + 1] = "";
  gethostname(host, sizeof host - 1);
  End end{.name = url};
  end.ownership.reset(storage::NewPostgresOwnership(
                          {.url = url, .holder = absl::StrCat(host, ":", getpid(), " (shadowctl)")})
                          .release());
  auto store = end.ownership->Take();
  if (!store.ok()) return store.status();
  if (*store == nullptr) {
    const auto owner = end.ownership->Read();
    return absl::UnavailableError(absl::StrCat(url, " is in use",
                                               owner.ok() ? " by " + owner->holder : "",
                                               ": stop each shadowd that it is the store of"));
  }
  end.store = *std::move(store);
  return end;
}

absl::StatusOr<End> OpenFolder(const std::string& path, bool to_write) {
  auto guise = storage::Guise::Of(path);
  if (!guise.ok()) return guise.status();
  if (to_write) {
    const auto state = storage::LookIntoFolder(path);
    if (!state.ok() || *state != storage::FolderState::kFree) {
      return absl::AlreadyExistsError(absl::StrCat(path, " is not empty: name a folder that is"));
    }
  }
  const storage::RocksDbOptions options{.path = path};
  auto store = to_write ? storage::OpenRocksDb(options) : storage::OpenRocksDbForReading(options);
  if (!store.ok()) return store.status();
  return End{.name = path, .guise = *std::move(guise), .store = *std::move(store)};
}

absl::Status IsEmpty(const End& to) {
  bool is_empty = true;
  absl::Status read = to.store->Scan("", "", [&](absl::string_view key, absl::string_view) {
    is_empty = key == storage::kFormatKey;
    return is_empty;
  });
  if (!read.ok() || is_empty) return read;
  return absl::AlreadyExistsError(
      absl::StrCat(to.name, " is not empty: make a store in a database of its own"));
}

class Copying {
 public:
  Copying(const End& from, const End& to, Call& call)
      : from_(from), to_(to), progress_(call.err, "entries copied", true) {}

  absl::Status Run() {
    absl::Status status;
    const absl::Status read =
        from_.store->Scan("", "", [&](absl::string_view key, absl::string_view value) {
          if (key == storage::kFormatKey) return true;
          bytes_ += key.size() + value.size();
          batch_.push_back({std::string(key), std::string(value)});
          progress_.Step();
          if (bytes_ >= kBatchBytes || batch_.size() >= kBatchWrites) status = Commit();
          return status.ok();
        });
    if (status.ok()) status = read;
    if (status.ok()) status = Commit();
    progress_.End();
    return status;
  }

 private:
  absl::Status Commit() {
    if (absl::Status kept = from_.Keep(); !kept.ok()) return kept;
    absl::Status status = to_.store->Commit(batch_, storage::Durability::kSync);
    batch_.clear();
    bytes_ = 0;
    return status;
  }

  const End& from_;
  const End& to_;
  Progress progress_;
  std::vector<storage::Write> batch_;
  size_t bytes_ = 0;
};

absl::Status SameCounts(const storage::Survey& from, const storage::Survey& to) {
  const auto counts = [](const storage::Survey& survey) {
    return std::vector<uint64_t>{
        survey.documents,       survey.tombstones,  survey.journal_entries, survey.told_connections,
        survey.history_entries, survey.feed_groups, survey.posts,           survey.beyond_shadows,
        survey.unknown_keys,    survey.bytes};
  };
  if (counts(from) == counts(to)) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat("of ", from.entries(), " entries with ", from.bytes,
                                          " bytes ", to.entries(), " with ", to.bytes,
                                          " have arrived"));
}

// The format says that the store is not whole until it is, so that no shadowd begins with a part.
absl::StatusOr<storage::Survey> Copy(const End& from, const End& to, Call& call) {
  const auto keep = [&] {
    absl::Status kept = from.Keep();
    kept.Update(to.Keep());
    return kept;
  };
  const auto found = SurveyOf(*from.store, call, keep);
  if (!found.ok()) return found.status();
  if (absl::Status whole = IsWhole(*found, from.name); !whole.ok()) return whole;
  const std::string format_key(storage::kFormatKey);
  std::vector<std::optional<std::string>> format;
  absl::Status status = to.store->Read({format_key}, format);
  const auto write_format = [&](std::optional<std::string> value) {
    return to.store->Commit({{format_key, std::move(value)}}, storage::Durability::kSync);
  };
  if (status.ok()) status = write_format(std::string(kUnfinished));
  if (status.ok()) status = Copying(from, to, call).Run();
  if (!status.ok()) return status;
  const auto arrived = SurveyOf(*to.store, call, keep);
  if (!arrived.ok()) return arrived.status();
  status = SameCounts(*found, *arrived);
  if (status.ok()) status = write_format(format[0]);
  if (!status.ok()) return status;
  return *found;
}

absl::StatusOr<ExitCode> RunCopy(Call& call) {
  const std::string& source = call.arguments[0];
  const std::string& target = call.arguments[1];
  if (!IsDatabase(source) && !IsDatabase(target)) {
    return absl::InvalidArgumentError(
        "one of the two is a database: from folder to folder a stopped store is copied by the"
        " file system, a running one by backup and restore");
  }
  const auto from = IsDatabase(source) ? TakeDatabase(source) : OpenFolder(source, false);
  if (!from.ok()) return from.status();
  const auto to = IsDatabase(target) ? TakeDatabase(target) : OpenFolder(target, true);
  if (!to.ok()) return to.status();
  if (absl::Status empty = IsEmpty(*to); !empty.ok()) return empty;
  const auto copied = Copy(*from, *to, call);
  if (!copied.ok()) return copied.status();
  if (call.json) {
    call.out << JsonText::Object({{"copied", JsonText::String(target)},
                                  {"documents", JsonText::Number(copied->documents)},
                                  {"entries", JsonText::Number(copied->entries())}})
                    .text()
             << "\n";
  } else {
    call.out << target << " holds all that " << source << " does: " << copied->documents
             << " documents, " << copied->entries() << " entries in all\n";
  }
  return ExitCode::kDone;
}

}  // namespace

extern const Command kStoreCopy;
constexpr Command kStoreCopy{
    .path = "store copy",
    .arguments = "FROM TO",
    .summary = "copy a stopped store from a folder to a PostgreSQL database, or back",
    .details =
        "One is a folder as --data-dir names it, the other postgresql://USER@HOST/DATABASE; TO is\n"
        "empty (a database: as store make has left it). All of it goes along: shadows, history,\n"
        "jobs and commands. What cannot be read is not copied, and FROM stays as it is. A copy "
        "that\n"
        "was interrupted is refused by shadowd.",
    .flags = {},
    .run = RunCopy,
};

}  // namespace cli
