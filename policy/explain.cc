#include "policy/explain.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace policy {
namespace {

std::string StatementText(const Document& policy, const Statement& statement) {
  const std::string sid = statement.sid.empty() ? "" : absl::StrCat(" (\"", statement.sid, "\")");
  return absl::StrCat("statement ", statement.number, sid, " of policy \"", policy.name, "\" at ",
                      PlaceText(statement.place));
}

Finding FindingOf(const Document& policy, const Statement& statement, const Request& request,
                  const Connection& connection) {
  Finding finding{Finding::Verdict::kApplies, &policy, &statement, nullptr};
  if ((statement.actions & Bit(request.action)) == 0) {
    finding.verdict = Finding::Verdict::kOtherAction;
  } else if (!ResourcesFit(statement, request, connection)) {
    finding.verdict = Finding::Verdict::kOtherResource;
  } else {
    finding.condition = FailingCondition(statement, request, connection);
    if (finding.condition != nullptr) finding.verdict = Finding::Verdict::kConditionFails;
  }
  return finding;
}

}  // namespace

std::string DecisionText(const Decision& decision, absl::Span<const Document* const> policies) {
  if (decision.statement != nullptr) {
    return absl::StrCat(decision.allowed ? "allowed by " : "denied by ",
                        StatementText(*decision.policy, *decision.statement));
  }
  if (policies.empty()) return "denied: no policy is attached";
  const auto name = [](std::string* out, const Document* policy) {
    absl::StrAppend(out, "\"", policy->name, "\"");
  };
  return absl::StrCat("denied: no statement of ", policies.size() == 1 ? "policy " : "policies ",
                      absl::StrJoin(policies, ", ", name), " allows it");
}

std::string RequestText(const Request& request) {
  return absl::StrCat(ActionName(request.action), " on ", KindName(KindOf(request.action)), "/",
                      request.name);
}

std::vector<Finding> Examine(absl::Span<const Document* const> policies, const Request& request,
                             const Connection& connection) {
  std::vector<Finding> findings;
  for (const Document* const policy : policies) {
    for (const Statement& statement : policy->statements) {
      findings.push_back(FindingOf(*policy, statement, request, connection));
    }
  }
  return findings;
}

std::string FindingText(const Finding& finding) {
  const bool allow = finding.statement->effect == Statement::Effect::kAllow;
  const std::string head = absl::StrCat(StatementText(*finding.policy, *finding.statement),
                                        allow ? " allows" : " denies");
  switch (finding.verdict) {
    case Finding::Verdict::kApplies:
      return absl::StrCat(head, ": it applies");
    case Finding::Verdict::kOtherAction:
      return absl::StrCat(head, ": other actions");
    case Finding::Verdict::kOtherResource:
      return absl::StrCat(head, ": no resource of it matches");
    default:
      return absl::StrCat(head, ": its condition ", finding.condition->text(), " does not hold");
  }
}

}  // namespace policy
