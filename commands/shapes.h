// What the texts of commands may be: AWS's patterns, as control/members.h takes them, and as they
// are asked of devices.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "control/members.h"

namespace commands {

extern const control::Shape kCommandId;
extern const control::Shape kExecutionId;
extern const control::Shape kDisplayName;
extern const control::Shape kCommandDescription;
extern const control::Shape kContentType;
extern const control::Shape kClientToken;
extern const control::Shape kParameterName;
extern const control::Shape kArnText;
extern const control::Shape kReasonCode;
extern const control::Shape kReasonDescription;
extern const control::Shape kResultName;

bool Fits(absl::string_view text, const control::Shape& shape);
std::string RuleOf(const control::Shape& shape);  // "Member must satisfy …"

}  // namespace commands
