// The payload of a command that is a template (K14): JSON in whose texts placeholders stand for
// parameters, "${aws:iot:commandexecution::parameter:NAME}", and for the execution's timeout,
// "${aws:iot:commandexecution::executionTimeoutSec}".
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "commands/parameters.h"

namespace commands {

inline constexpr size_t kTemplateBytesMax = 32 * 1024;

// InvalidArgument: it is no JSON, too long, has no placeholder, or one that is none or that none of
// the parameters is for. Names of members are taken as they stand.
absl::Status CheckTemplate(absl::string_view text, const std::vector<Parameter>& parameters);

// The payload as compact JSON. A text that is one placeholder becomes the value as it is, a number
// or a boolean too; within a longer text it is written out. The template is one that was checked.
absl::StatusOr<std::string> Render(absl::string_view text, const ParameterValues& values,
                                   int64_t timeout_s);

// InvalidArgument: there is a number in it that our CBOR cannot have, one with a fraction.
absl::Status HasCborForm(absl::string_view json);

}  // namespace commands
