// What the cases of tests/cases/account say an answer is, held against what came: as
// tests/account/matcher.py does it, which tells the matchers.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "policy/json_tree.h"

namespace control {

using Saved = std::map<std::string, std::string>;

// Fills a case's text, as ${arn} and the like.
using Fill = std::function<std::string(absl::string_view)>;

// Fails where `value` is another than wanted, and says where. What is to be saved goes into
// `saved`.
absl::Status Match(const policy::Node& want, const policy::Node& value, const std::string& where,
                   const Fill& fill, Saved& saved);

}  // namespace control
