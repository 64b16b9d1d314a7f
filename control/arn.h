// Amazon resource names of this account (section 2), to write and to read.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "absl/strings/string_view.h"
#include "control/refusal.h"
#include "control/surroundings.h"

namespace control {

// "arn:aws:iot:REGION:ACCOUNT:thing/lamp1" for the kind "thing".
std::string Arn(const Surroundings& here, absl::string_view kind, absl::string_view name);

// The name that an ARN of that kind has. Nothing: it is something else. An ARN of another account
// or region is somebody else's, whatever it names.
std::optional<std::string> NameInArn(const Surroundings& here, absl::string_view arn,
                                     absl::string_view kind);

// What an ARN of this account names: kind and name. Nothing: it is none.
struct Named {
  std::string kind;
  std::string name;
};
std::optional<Named> ReadArn(const Surroundings& here, absl::string_view arn);

// What an ARN of any account names, as "thing/lamp1": what a policy is asked about before the ARN
// is looked at further. "*" for what is no ARN. Names may hold colons.
std::string ResourceInArn(absl::string_view arn);

}  // namespace control
