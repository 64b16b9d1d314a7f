// The decision: may this connection do that? Explicit deny wins, what nothing allows is denied.
//
// Pure, and fit for every message: no allocation for names up to 500 bytes, no clock, no I/O.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "policy/action.h"
#include "policy/connection.h"
#include "policy/document.h"

namespace policy {

// The resource's kind follows from the action (KindOf). Its name is the client id, the topic, the
// filter text as subscribed, or the thing, with "/" and the shadow's name behind it for a named
// shadow.
struct Request {
  Action action;
  absl::string_view name;
  int64_t now = 0;  // epoch seconds
};

// `policy` and `statement` say what decided; null when nothing spoke of the request, which denies
// it. They live as long as the documents that were decided by.
struct Decision {
  bool allowed = false;
  const Document* policy = nullptr;
  const Statement* statement = nullptr;
};

// `policies` are those attached to the principal. A certificate that is not active has none.
Decision Decide(absl::Span<const Document* const> policies, const Request& request,
                const Connection& connection);

// What is attached to a principal, and must allow. Of a key that stands for an identity of Cognito
// that has logged in, both its own policies and the identity's must (W16).
struct Held {
  absl::Span<const Document* const> own{};
  std::optional<absl::Span<const Document* const>> identity{};
};

// Who denies decides, the principal's own policies first.
Decision Decide(const Held& held, const Request& request, const Connection& connection);

// A request of the control plane: an action that policies speak of by its name alone.
struct NamedRequest {
  absl::string_view action;    // "iot:CreateThing"
  absl::string_view resource;  // "thing/lamp1"; "*": nothing that has a name
  int64_t now = 0;             // epoch seconds
};

Decision Decide(absl::Span<const Document* const> policies, const NamedRequest& request,
                const Connection& connection);

// Whether the resources, and whether all conditions, of a statement fit. Decide asks just this of
// each statement that speaks of the action.
bool ResourcesFit(const Statement& statement, const Request& request, const Connection& connection);

// The first condition that does not hold, or null.
const Condition* FailingCondition(const Statement& statement, const Request& request,
                                  const Connection& connection);

}  // namespace policy
