#include "commands/target.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "commands/shapes.h"
#include "control/arn.h"

namespace commands {
namespace {

// A client id is one level of a topic.
bool OfTopicLevel(absl::string_view text) {
  return text.find_first_of("/+#") == text.npos && Fits(text, kReasonDescription);
}

const control::Shape kClientId = {"[^/+#\\p{C}]+", OfTopicLevel, 1, 128};

}  // namespace

std::optional<Target> TargetInArn(const control::Surroundings& here, absl::string_view arn) {
  auto named = control::ReadArn(here, arn);
  if (!named) return std::nullopt;
  Target target{.is_client = named->kind == "client", .name = std::move(named->name)};
  if (!target.is_client && named->kind != "thing") return std::nullopt;
  const control::Shape& shape = target.is_client ? kClientId : control::kThingName;
  if (!Fits(target.name, shape)) return std::nullopt;
  return target;
}

control::Refusal NoTarget(absl::string_view arn) {
  return control::Validation(
      absl::StrCat("targetArn ", arn, " is not the ARN of a thing or client of this account"));
}

control::Refusal NoCommand(absl::string_view arn) {
  return control::Validation(
      absl::StrCat("commandArn ", arn, " is not the ARN of a command of this account"));
}

}  // namespace commands
