#include "cli/command.h"
#include "cli/json_text.h"
#include "cli/store/stopped_store.h"

namespace cli {
namespace {

absl::StatusOr<ExitCode> RunCheck(Call& call) {
  const std::string& path = call.arguments[0];
  const auto survey = SurveyPlace(path, call);
  if (!survey.ok()) return survey.status();
  if (absl::Status whole = IsWhole(*survey, path); !whole.ok()) return whole;
  if (call.json) {
    call.out << JsonText::Object({{"good", JsonText::Bool(true)},
                                  {"entries", JsonText::Number(survey->entries())}})
                    .text()
             << "\n";
  } else {
    call.out << path << " is good: " << survey->entries() << " entries were read\n";
  }
  return ExitCode::kDone;
}

}  // namespace

extern const Command kStoreCheck;
constexpr Command kStoreCheck{
    .path = "store check",
    .arguments = "DIR",
    .summary = "read every byte of a stopped store, or of a backup, to see that it is good",
    .details = "Changes nothing.",
    .flags = {},
    .run = RunCheck,
};

}  // namespace cli
