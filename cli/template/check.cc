#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/template/flags.h"
#include "cli/text_file.h"
#include "provisioning/template.h"

ABSL_FLAG(bool, just_in_time, false,
          "it is for devices that bring their certificate, and its authority's (JITP)");

namespace cli {
namespace {

constexpr absl::string_view kTemplateCheckFlags[] = {"just_in_time"};

absl::StatusOr<ExitCode> RunTemplateCheck(Call& call) {
  const auto text = ReadTextFile(call.arguments[0]);
  if (!text.ok()) return text.status();
  return DoneIf(CheckTemplate(call.arguments[0], *text));
}

}  // namespace

absl::Status CheckTemplate(absl::string_view file, absl::string_view text) {
  const auto purpose = absl::GetFlag(FLAGS_just_in_time) ? provisioning::Purpose::kJustInTime
                                                         : provisioning::Purpose::kFleet;
  const auto one = provisioning::ParseTemplate(text, purpose);
  if (one.ok()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(file, ":", one.status().message()));
}

extern const Command kTemplateCheck;
constexpr Command kTemplateCheck{
    .path = "template check",
    .arguments = "FILE",
    .summary = "say what is wrong with a provisioning template",
    .details = "FILE is a template as AWS takes it, - for standard input. No registry is needed.",
    .flags = kTemplateCheckFlags,
    .run = RunTemplateCheck,
};

}  // namespace cli
