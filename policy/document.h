// An AWS IoT policy document, compiled: what evaluate.h decides by. Immutable once made.
//
// Understood: Version, Id, Statement (one or a list) with Sid, Effect, Action, Resource and
// Condition. Anything else is refused by name; docs/policies.md says what and why.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "policy/action.h"
#include "policy/condition.h"
#include "policy/json_tree.h"
#include "policy/pattern.h"
#include "policy/resource.h"

namespace policy {

// AWS's limit on a document, blanks between its tokens not counted.
inline constexpr size_t kDocumentBytesMax = 2048;

// A policy of an account may speak of actions that nobody here knows; kKnown refuses them, for
// documents that are checked as they are written.
enum class Actions : uint8_t { kAny, kKnown };

struct Statement {
  enum class Effect : uint8_t { kAllow, kDeny };

  Effect effect = Effect::kDeny;
  ActionSet actions = 0;         // those of connections and of the data plane
  std::vector<Pattern> named{};  // all, for those that are asked for by their names
  std::vector<Resource> resources;
  std::vector<Condition> conditions;  // all must hold
  std::string sid;                    // empty: it has none
  size_t number = 1;                  // its place in the document, from 1
  Place place;                        // of its opening brace
};

struct Document {
  std::string name;  // of the policy
  std::vector<Statement> statements;
};

// Fails with a Fault ("line:column: reason") on text that is not a policy document. A text that is
// refused never decides anything. An action is "*" or has a service before its colon; one that
// nothing is called matches nothing (PO6). Statements that speak of other services alone are not
// looked into beyond that.
absl::StatusOr<Document> ParseDocument(absl::string_view name, absl::string_view text,
                                       Actions actions = Actions::kAny);

// Whether a condition asks for the time: then a decision may change by itself.
bool SpeaksOfTime(const Document& document);

// 1 to 128 characters of [a-zA-Z0-9_+=,.@-].
bool IsPolicyName(absl::string_view text);

}  // namespace policy
