#include <ctime>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/progress.h"
#include "cli/shadow_archive.h"
#include "cli/stopped_store.h"
#include "storage/key.h"
#include "storage/record.h"

namespace cli {
namespace {

constexpr absl::string_view kFlags[] = {"data_dir"};

absl::StatusOr<ExitCode> Run(Call& call) {
  const auto store = OpenStoppedStore(MustExist::kYes);
  if (!store.ok()) return store.status();
  const int64_t now = std::time(nullptr);
  Progress progress(call.err, "exported", !call.json);
  shadow::Arena arena;
  absl::Status fault;
  const auto visit = [&](absl::string_view key, absl::string_view value) {
    const auto id = storage::ParseRecordKey(key);
    if (!id || storage::IsExpiredTombstone(value, now)) return true;
    arena.Clear();
    const auto record = storage::DecodeRecord(value, arena);
    if (!record.ok()) {
      fault = absl::Status(record.status().code(),
                           absl::StrCat(shadow::DisplayName(*id), ": ", record.status().message()));
      return false;
    }
    call.out << ArchiveLine(*id, *record) << "\n";
    progress.Step();
    return static_cast<bool>(call.out);
  };
  const auto scanned = (*store)->Scan(storage::kRecordPrefix, "", visit);
  progress.End();
  if (!scanned.ok()) return scanned;
  if (!fault.ok()) return fault;
  return ExitCode::kDone;
}

}  // namespace

extern const Command kShadowExport;
constexpr Command kShadowExport{
    .path = "shadow export",
    .arguments = "",
    .summary = "print all shadows of a stopped store, one a line, with versions and metadata",
    .details =
        "  shadowctl shadow export --data-dir state/shadows > shadows.ndjson\n\n"
        "shadowd must not be running: the store has one user at a time.",
    .flags = kFlags,
    .run = Run,
};

}  // namespace cli
