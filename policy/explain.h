// Decisions in words, for log lines and for `shadowctl policy explain`. Not for every message.
#pragma once

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "policy/evaluate.h"

namespace policy {

// One sentence: "denied by statement 2 ("NoSecrets") of policy "lamp" at 12:5", or that nothing
// allows it.
std::string DecisionText(const Decision& decision, absl::Span<const Document* const> policies);

// "iot:Publish on topic/a/b".
std::string RequestText(const Request& request);

// What one statement had to say.
struct Finding {
  enum class Verdict : uint8_t { kApplies, kOtherAction, kOtherResource, kConditionFails };

  Verdict verdict;
  const Document* policy;
  const Statement* statement;
  const Condition* condition;  // the one that fails, else null
};

// Every statement of every policy, in their order.
std::vector<Finding> Examine(absl::Span<const Document* const> policies, const Request& request,
                             const Connection& connection);

// "statement 1 of policy "lamp" at 4:5 allows: its resource does not match".
std::string FindingText(const Finding& finding);

}  // namespace policy
