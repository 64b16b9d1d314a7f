#include "policy/evaluate.h"

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"

namespace policy {

bool ResourcesFit(const Statement& statement, const Request& request,
                  const Connection& connection) {
  const ResourceKind kind = KindOf(request.action);
  return std::any_of(
      statement.resources.begin(), statement.resources.end(),
      [&](const Resource& resource) { return resource.Matches(kind, request.name, connection); });
}

const Condition* FailingCondition(const Statement& statement, const Request& request,
                                  const Connection& connection) {
  for (const Condition& condition : statement.conditions) {
    if (!condition.Holds(connection, request.action, request.now)) return &condition;
  }
  return nullptr;
}

Decision Decide(absl::Span<const Document* const> policies, const Request& request,
                const Connection& connection) {
  const ActionSet asked = Bit(request.action);
  Decision decision;
  for (const Document* const policy : policies) {
    for (const Statement& statement : policy->statements) {
      const bool deny = statement.effect == Statement::Effect::kDeny;
      if ((statement.actions & asked) == 0 || (!deny && decision.allowed)) continue;
      if (!ResourcesFit(statement, request, connection)) continue;
      if (FailingCondition(statement, request, connection) != nullptr) continue;
      decision = {!deny, policy, &statement};
      if (deny) return decision;
    }
  }
  return decision;
}

Decision Decide(const Held& held, const Request& request, const Connection& connection) {
  const Decision own = Decide(held.own, request, connection);
  return own.allowed && held.identity ? Decide(*held.identity, request, connection) : own;
}

Decision Decide(absl::Span<const Document* const> policies, const NamedRequest& request,
                const Connection& connection) {
  const std::string action = absl::AsciiStrToLower(request.action);
  Decision decision;
  for (const Document* const policy : policies) {
    for (const Statement& statement : policy->statements) {
      const bool deny = statement.effect == Statement::Effect::kDeny;
      if (!deny && decision.allowed) continue;
      const bool fits =
          std::any_of(statement.named.begin(), statement.named.end(),
                      [&](const Pattern& one) { return one.Matches(action, connection); }) &&
          std::any_of(statement.resources.begin(), statement.resources.end(),
                      [&](const Resource& one) {
                        return one.MatchesNamed(request.resource, connection);
                      }) &&
          std::all_of(statement.conditions.begin(), statement.conditions.end(),
                      [&](const Condition& one) {
                        return one.Holds(connection, Action::kDeleteConnection, request.now);
                      });
      if (!fits) continue;
      decision = {!deny, policy, &statement};
      if (deny) return decision;
    }
  }
  return decision;
}

}  // namespace policy
