#include "advise/wildcards.h"

#include "absl/strings/str_cat.h"
#include "policy/evaluate.h"
#include "policy/explain.h"

namespace advise {
namespace {

// Nobody's, so that only a wildcard can mean it.
constexpr absl::string_view kNobody = "advise-nobodys-name";
constexpr absl::string_view kNowhere = "advise/nobodys/topic";

struct Question {
  policy::Action action;
  absl::string_view name;
};
constexpr Question kQuestions[] = {
    {policy::Action::kConnect, kNobody},
    {policy::Action::kPublish, kNowhere},
    {policy::Action::kSubscribe, "#"},
    {policy::Action::kSubscribe, kNowhere},
    {policy::Action::kReceive, kNowhere},
    {policy::Action::kGetThingShadow, kNobody},
    {policy::Action::kUpdateThingShadow, kNobody},
    {policy::Action::kDeleteThingShadow, kNobody},
};

}  // namespace

std::vector<std::string> AllowedToAnybody(absl::Span<const policy::Document* const> policies,
                                          const policy::Connection& connection, int64_t now_s) {
  std::vector<std::string> allowed;
  for (const Question& question : kQuestions) {
    policy::Connection asker = connection;
    if (question.action == policy::Action::kConnect) asker.client_id = question.name;
    const policy::Request request{question.action, question.name, now_s};
    const policy::Decision decision = policy::Decide(policies, request, asker);
    if (!decision.allowed) continue;
    allowed.push_back(absl::StrCat(policy::RequestText(request), " is ",
                                   policy::DecisionText(decision, policies)));
  }
  return allowed;
}

}  // namespace advise
