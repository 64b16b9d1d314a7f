// Tags and attributes as a command line has them: KEY=VALUE.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cli/json_text.h"

namespace cli {

using Pairs = std::map<std::string, std::string, std::less<>>;

// The first "=" ends the key. InvalidArgument, with `what` ("--tag") before it, for a text without
// one or with nothing before it, and for a key that comes twice.
absl::StatusOr<Pairs> ReadPairs(absl::string_view what, absl::Span<const std::string> texts);

// {"KEY":"VALUE",...}
JsonText PairsObject(const Pairs& pairs);

// [{"Key":"KEY","Value":"VALUE"},...], as AWS has tags.
JsonText TagList(const Pairs& pairs);

// "KEY=VALUE, ..."
std::string PairsText(const Pairs& pairs);

}  // namespace cli
