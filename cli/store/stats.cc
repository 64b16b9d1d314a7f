#include "cli/command.h"
#include "cli/json_text.h"
#include "cli/store/stopped_store.h"

namespace cli {
namespace {

absl::StatusOr<ExitCode> RunStats(Call& call) {
  const std::string& path = call.arguments[0];
  const auto survey = SurveyPlace(path, call);
  if (!survey.ok()) return survey.status();
  const std::vector<JsonText::Member> members = {
      {"documents", JsonText::Number(survey->documents)},
      {"tombstones", JsonText::Number(survey->tombstones)},
      {"journal_entries", JsonText::Number(survey->journal_entries)},
      {"history_entries", JsonText::Number(survey->history_entries)},
      {"feed_groups", JsonText::Number(survey->feed_groups)},
      {"posts", JsonText::Number(survey->posts)},
      {"beyond_shadows", JsonText::Number(survey->beyond_shadows)},
      {"unknown_keys", JsonText::Number(survey->unknown_keys)},
      {"damaged", JsonText::Number(survey->damaged)},
      {"content_bytes", JsonText::Number(survey->bytes)},
      {"history_bytes", JsonText::Number(survey->history_bytes)},
      {"disk_bytes", JsonText::Number(FolderBytes(path))},
      {"largest_bytes", JsonText::Number(survey->largest_bytes)},
      {"largest_shadow", JsonText::String(survey->largest_shadow)}};
  if (call.json) {
    call.out << JsonText::Object(members).text() << "\n";
    return ExitCode::kDone;
  }
  for (const auto& [name, value] : members) call.out << name << " " << value.text() << "\n";
  return ExitCode::kDone;
}

}  // namespace

extern const Command kStoreStats;
constexpr Command kStoreStats{
    .path = "store stats",
    .arguments = "DIR",
    .summary = "tell what is in a stopped store, or in a backup",
    .details = "Changes nothing.",
    .flags = {},
    .run = RunStats,
};

}  // namespace cli
