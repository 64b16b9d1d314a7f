// What two halves of one plan tell, put together: the plugin's, which acts on what comes over MQTT,
// and shadowd's own, which acts on what comes over HTTPS. Pure.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace service {

// Lists as faults::Plans::List prints them: the plugin's, with our counts in the rules that are
// about HTTPS. InvalidArgument: one of them is no such list.
absl::StatusOr<std::string> JoinLists(absl::string_view plugins, absl::string_view ours);

// Records as faults::Plans::Record prints them, of one plan: one with the rules of both.
// InvalidArgument: one of them is no plan; ResourceExhausted: it would be more than a plan can say.
absl::StatusOr<std::string> JoinRecords(absl::string_view plugins, absl::string_view ours);

// {"plans":[{"name":…,"about":…,"plan":{…}}]} of those that are ready (faults/ready.h).
std::string WordReadyPlans();

}  // namespace service
