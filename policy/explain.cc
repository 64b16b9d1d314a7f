#include "policy/explain.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "policy/resource.h"
#include "shadow/json.h"

namespace policy {
namespace {

absl::string_view VerdictName(Finding::Verdict verdict) {
  constexpr absl::string_view kNames[] = {"applies", "otherAction", "otherResource",
                                          "conditionFails"};
  return kNames[static_cast<size_t>(verdict)];
}

std::string Quote(absl::string_view text) {
  std::string out;
  shadow::PrintJsonString(text, out);
  return out;
}

std::string FindingJson(const Finding& finding) {
  const bool allows = finding.statement->effect == Statement::Effect::kAllow;
  return absl::StrCat(R"({"policy":)", Quote(finding.policy->name), R"(,"statement":)",
                      finding.statement->number, R"(,"sid":)", Quote(finding.statement->sid),
                      R"(,"place":)", Quote(PlaceText(finding.statement->place)), R"(,"effect":")",
                      allows ? "Allow" : "Deny", R"(","verdict":")", VerdictName(finding.verdict),
                      R"("})");
}

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

std::string ResourceText(const Request& request) {
  return absl::StrCat(KindName(KindOf(request.action)), "/", request.name);
}

std::string RequestText(const Request& request) {
  return absl::StrCat(ActionName(request.action), " on ", ResourceText(request));
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

Explanation Explain(const Registry& registry, Asker asker, Action action, std::string name,
                    int64_t now) {
  Explanation explanation;
  explanation.action = action;
  explanation.name = std::move(name);
  if (asker.client_id.empty() && asker.certificate->things.size() == 1) {
    asker.client_id = asker.certificate->things.front().name;
  }
  explanation.thing = AttachedThing(registry, asker.certificate->things, asker.client_id);
  const bool active = asker.certificate->active();
  if (active) {
    explanation.policies = PoliciesOf(registry, *asker.certificate, explanation.thing.get());
  }
  explanation.asker = std::move(asker);
  Connection connection;
  connection.client_id = explanation.asker.client_id;
  connection.source_ip = explanation.asker.source_ip;
  connection.certificate = &explanation.asker.facts;
  connection.thing = explanation.thing.get();
  const auto policies = Borrow(explanation.policies);
  const Request request{action, explanation.name, now};
  const Decision decision = Decide(policies, request, connection);
  explanation.allowed = decision.allowed;
  explanation.reason =
      active ? DecisionText(decision, policies) : "denied: the certificate is not active";
  explanation.findings = Examine(policies, request, connection);
  return explanation;
}

std::string JsonOf(const Explanation& explanation) {
  const auto flag = [](bool value) { return value ? "true" : "false"; };
  const auto add = [](std::string* out, const Finding& finding) {
    out->append(FindingJson(finding));
  };
  return absl::StrCat(
      R"({"allowed":)", flag(explanation.allowed), R"(,"reason":)", Quote(explanation.reason),
      R"(,"action":)", Quote(ActionName(explanation.action)), R"(,"resource":)",
      Quote(explanation.name), R"(,"certificateId":)", Quote(explanation.asker.certificate->id),
      R"(,"active":)", flag(explanation.asker.certificate->active()), R"(,"clientId":)",
      Quote(explanation.asker.client_id), R"(,"thing":)",
      explanation.thing == nullptr ? "null" : Quote(explanation.thing->name), R"(,"statements":[)",
      absl::StrJoin(explanation.findings, ",", add), "]}");
}

std::optional<absl::string_view> NameInResource(absl::string_view resource, Action action) {
  if (absl::StartsWith(resource, "arn:")) {
    for (size_t i = 1; i < kArnFields && !resource.empty(); ++i) {
      const size_t colon = resource.find(':');
      if (colon == resource.npos) return std::nullopt;
      resource.remove_prefix(colon + 1);
    }
  }
  if (!absl::ConsumePrefix(&resource, KindName(KindOf(action))) ||
      !absl::ConsumePrefix(&resource, "/")) {
    return std::nullopt;
  }
  return resource;
}

}  // namespace policy
