// Attributes of things and groups, as requests give them (TH3, TH5).
#pragma once

#include <optional>

#include "absl/strings/string_view.h"
#include "control/members.h"
#include "policy/entry.h"

namespace control {

// The member {"attributes": {…}, "merge": …}.
struct AttributePayload {
  std::optional<policy::Attributes> attributes;  // nothing: they stay as they are
  bool merge = false;                            // those that are not named stay
};

AttributePayload ReadAttributePayload(Members& in, absl::string_view path);

// The attributes after `payload`, of which one with an empty value is taken away.
policy::Attributes AttributesAfter(const AttributePayload& payload,
                                   const policy::Attributes& before);

// What says that `whose` ("A thing without a type") has more than `most`, or nothing.
std::optional<Refusal> AttributesRefusal(const policy::Attributes& attributes,
                                         absl::string_view whose, size_t most);

}  // namespace control
