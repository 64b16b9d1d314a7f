// A resource of a policy: "*", or an ARN of AWS IoT with any region and account, such as
// `arn:aws:iot:eu-west-1:123456789012:topicfilter/home/+/lamp`.
//
// Region and account are read and not compared: there is one of each here. The rest is a Pattern.
// MQTT's own wildcards mean nothing to it: `home/+/lamp` as a filter resource stands for that very
// text (M2).
#pragma once

#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "policy/action.h"
#include "policy/pattern.h"

namespace policy {

inline constexpr size_t kArnFields = 6;  // arn:aws:iot:REGION:ACCOUNT:RESOURCE

class Resource {
 public:
  // An ARN with fewer than six fields stands for any value of those left out (IAM). Fails, naming
  // what is wrong, on anything that could never be a resource of AWS IoT.
  static absl::StatusOr<Resource> Compile(absl::string_view text, bool variables);

  bool Matches(ResourceKind kind, absl::string_view name, const Connection& connection) const;

  // The same for a kind that is given by its name, as "policy/lamp", or "*": all of any kind.
  bool MatchesNamed(absl::string_view kind_and_name, const Connection& connection) const;

 private:
  explicit Resource(Pattern pattern) : pattern_(std::move(pattern)) {}

  Pattern pattern_;                            // of the name, or of "kind/name" if whole_
  ResourceKind kind_ = ResourceKind::kClient;  // unless whole_ or any_
  bool any_ = false;                           // "*"
  bool whole_ = false;                         // a wildcard or variable stands in the kind
};

}  // namespace policy
