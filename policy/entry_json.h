// What the JSON of registry entries and credentials has in common, to read and to print. Whatever
// is wrong is a Fault ("line:column: reason").
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "policy/json_tree.h"
#include "policy/registry_entry.h"

namespace policy {

// An object with none but `known` members; `what` is what a fault calls it.
absl::StatusOr<Node> ParseEntry(absl::string_view text, absl::string_view what,
                                absl::Span<const absl::string_view> known);

// The string member `name`, or an empty one.
absl::Status ReadString(const Node& object, absl::string_view name, std::string& out);

// The list of names called `name`, or an empty one.
absl::Status ReadReferences(const Node& object, absl::string_view name,
                            std::vector<Reference>& out);

// The member "status", which every principal has.
absl::Status ReadStatus(const Node& object, bool& active);

// As JSON text.
std::string Quoted(absl::string_view text);
std::string ListText(absl::string_view name, const std::vector<Reference>& references);
std::string StatusText(bool active);

// An object of these members, a line each.
std::string Braced(const std::vector<std::string>& members);

}  // namespace policy
