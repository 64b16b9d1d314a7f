// What the operations on commands and on executions have in common, and their lists.
#pragma once

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "control/members.h"
#include "control/paging.h"
#include "control/refusal.h"
#include "desk/operation.h"

namespace commands {

inline constexpr absl::string_view kNamespace = "AWS-IoT";
inline constexpr absl::string_view kNamespaces[] = {kNamespace, "AWS-IoT-FleetWise"};
inline constexpr absl::string_view kSortOrders[] = {"ASCENDING", "DESCENDING"};

// What was wrong with the members, and with the page that is asked for, as a ValidationException
// (K10).
std::optional<control::Refusal> Refused(const control::Members& in);
std::optional<control::Refusal> Refused(const control::Members& in, const control::Page& page);

control::Refusal CommandNotFound(absl::string_view id);

absl::Span<const desk::Operation> CommandOperations();
absl::Span<const desk::Operation> ExecutionOperations();

}  // namespace commands
