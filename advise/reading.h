// What the parsers of scenarios have in common, beside faults/reader.h.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "faults/reader.h"
#include "policy/json_tree.h"

namespace advise {

// Fails unless it is a JSON object, null, one of the words that stand for one ("$state"), or a list
// of objects and words, whose members are put together.
absl::Status WantDocument(const policy::Node& node, const std::string& what);

// "10s" as milliseconds; a member that is not there leaves `ms` as it is.
absl::Status ReadDuration(const faults::Reader& reader, absl::string_view member, int64_t& ms);

}  // namespace advise
