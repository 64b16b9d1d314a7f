// Decisions in words, for log lines, for `shadowctl policy explain` and for the console. Not for
// every message.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "policy/action.h"
#include "policy/evaluate.h"
#include "policy/registry.h"

namespace policy {

// One sentence: "denied by statement 2 ("NoSecrets") of policy "lamp" at 12:5", or that nothing
// allows it.
std::string DecisionText(const Decision& decision, absl::Span<const Document* const> policies);

// "topic/a/b": as the resource ends that a policy would name.
std::string ResourceText(const Request& request);

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

// One request explained as a whole: who asks, what is decided, and what each statement has to say.
struct Asker {
  std::shared_ptr<const Certificate> certificate;
  CertificateFacts facts;   // as far as they are known; its id at least
  std::string client_id{};  // empty: the name of the one thing that the certificate is attached to
  std::string source_ip{};  // empty: not known
};

// Lives by itself.
struct Explanation {
  bool allowed = false;
  std::string reason{};  // one sentence
  Action action = Action::kConnect;
  std::string name{};  // as Request has it
  Asker asker;
  std::shared_ptr<const Thing> thing;  // of the certificate, called as the client; null: none
  Policies policies;                   // that hold
  std::vector<Finding> findings{};     // pointers into `policies`
};

// `now`: epoch seconds.
Explanation Explain(const Registry& registry, Asker asker, Action action, std::string name,
                    int64_t now);

// {"allowed":…,"reason":…,"action":…,"resource":…,"certificateId":…,"active":…,"clientId":…,
//  "thing":…,"statements":[{"policy":…,"statement":…,"sid":…,"place":…,"effect":…,"verdict":…}]}
std::string JsonOf(const Explanation& explanation);

// The name in "topic/a/b" or in the ARN of it, of the kind that `action` is asked for. A view of
// `resource`; nothing: it is of another kind.
std::optional<absl::string_view> NameInResource(absl::string_view resource, Action action);

}  // namespace policy
