// Lists that the service tells page by page, told as one.
#pragma once

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/command.h"
#include "policy/json_tree.h"

namespace cli {

// "" for no token, else `separator` and the parameter.
std::string TokenQuery(absl::string_view separator, const std::string& token);

// Asks for pages until one has no token, and lists the elements of their member `name`: for people
// as `line` has them.
absl::StatusOr<ExitCode> ListPages(
    Call& call, absl::string_view name,
    const std::function<absl::StatusOr<std::string>(const std::string& token)>& ask,
    const std::function<std::string(const policy::Node& element)>& line);

}  // namespace cli
