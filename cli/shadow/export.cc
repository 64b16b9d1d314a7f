#include "cli/command.h"
#include "cli/progress.h"
#include "cli/shadow/place.h"

namespace cli {
namespace {

constexpr absl::string_view kShadowExportFlags[] = {"admin_socket", "data_dir"};

absl::StatusOr<ExitCode> RunShadowExport(Call& call) {
  const auto place = ShadowPlace::Open(MustExist::kYes);
  if (!place.ok()) return place.status();
  Progress progress(call.err, "exported", !call.json);
  const absl::Status exported = (*place)->Export([&](absl::string_view line) {
    call.out << line << "\n";
    progress.Step();
    return static_cast<bool>(call.out);
  });
  progress.End();
  return DoneIf(exported);
}

}  // namespace

extern const Command kShadowExport;
constexpr Command kShadowExport{
    .path = "shadow export",
    .arguments = "",
    .summary = "print all shadows, one a line, with versions and metadata",
    .details =
        "  shadowctl shadow export --admin-socket SOCKET > shadows.ndjson\n\n"
        "From a running shadowd, or, with --data-dir DIR, from the folder of one that is stopped.\n"
        "Each shadow is as it is at some moment meanwhile; for all at one instant there is backup.",
    .flags = kShadowExportFlags,
    .run = RunShadowExport,
};

}  // namespace cli
