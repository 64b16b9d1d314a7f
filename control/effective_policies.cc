// What a principal may do: the policies that hold for it, and what they decide
// (GetEffectivePolicies, TestAuthorization). The decision is the broker's.
#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "control/arn.h"
#include "control/certificate_texts.h"
#include "control/json.h"
#include "control/members.h"
#include "control/operation.h"
#include "control/policy_texts.h"
#include "control/principal.h"
#include "identity/certificate.h"
#include "policy/evaluate.h"

namespace control {
namespace {

using policy::Node;
using policy::RegistryPart;

constexpr size_t kQuestionsMax = 10;  // of one request

struct QuestionKind {
  absl::string_view word;  // of an actionType
  policy::Action action;
  absl::string_view resource;  // kind in an ARN
};
constexpr QuestionKind kQuestionKinds[] = {{"PUBLISH", policy::Action::kPublish, "topic"},
                                           {"SUBSCRIBE", policy::Action::kSubscribe, "topicfilter"},
                                           {"RECEIVE", policy::Action::kReceive, "topic"},
                                           {"CONNECT", policy::Action::kConnect, "client"}};

// One question of a TestAuthorization.
struct Question {
  const QuestionKind* kind = nullptr;
  std::vector<std::string> arns{};
  std::vector<std::string> names{};  // of the resources, in the same order
};

// What a request calls its principal; to one that is not given nothing is attached.
std::variant<Principal, Refusal> FindPrincipal(const Account& account, const Surroundings& here,
                                               const std::string& arn) {
  if (arn.empty()) return Principal{};
  if (auto identity = FindIdentity(account, arn)) return *std::move(identity);
  const auto id = NameInArn(here, arn, "cert");
  if (!id) {
    return InvalidRequest(absl::StrCat("The principal ", arn,
                                       " is neither the ARN of a certificate of this account nor ",
                                       "an identity of Cognito"));
  }
  const policy::Certificate* const found = account.registry().FindCertificate(*id);
  if (found == nullptr) return CertificateNotFound(*id);
  return Principal{.certificate = found};
}

// The pool of an identity says nothing here: what the roles of a pool allow is IAM's, and here it
// stands with the access keys.
void ReadPool(Members& in) { in.Text("cognitoIdentityPoolId", kAnyText); }

Outcome GetEffectivePolicies(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  const std::string arn = in.Text("principal", kAnyText).value_or("");
  const auto thing_name = in.Query("thingName", kThingName);
  ReadPool(in);
  if (auto refusal = in.Refused()) return *refusal;
  const auto found = FindPrincipal(account, here, arn);
  if (const auto* refusal = std::get_if<Refusal>(&found)) return *refusal;
  const policy::Thing* thing = nullptr;
  if (thing_name) {
    thing = account.registry().FindThing(*thing_name);
    if (thing == nullptr) return NotFound(absl::StrCat("Thing ", *thing_name, " not found"));
  }
  const auto& attached = std::get<Principal>(found).policies();
  std::set<std::string> names;
  for (const auto& document : policy::PoliciesOf(account.registry(), attached, thing)) {
    names.insert(document->name);
  }
  std::vector<std::string> told;
  for (const std::string& name : names) {
    told.push_back(Json()
                       .Text("policyName", name)
                       .Text("policyArn", Arn(here, "policy", name))
                       .Text("policyDocument", DocumentInForce(here, name))
                       .Finish());
  }
  return Done{.body = Json().List("effectivePolicies", told).Finish()};
}

// What is wrong with a question is told by `in`.
Question ReadQuestion(Members& in, const Node& info, const Surroundings& here) {
  Question question;
  const std::string word = in.ElementText(info, "actionType", "authInfos.actionType", kAnyText);
  for (const QuestionKind& kind : kQuestionKinds) {
    if (kind.word == word) question.kind = &kind;
  }
  if (question.kind == nullptr) {
    in.Fail(word, "authInfos.actionType",
            "Member must satisfy enum value set: [PUBLISH, SUBSCRIBE, RECEIVE, CONNECT]");
    return question;
  }
  const Node* const resources = info.Find("resources");
  if (resources == nullptr || resources->kind != Node::Kind::kArray ||
      resources->elements.empty()) {
    in.Fail("", "authInfos.resources", "Member must be a list of ARNs");
    return question;
  }
  for (const Node& arn : resources->elements) {
    const auto name = NameInArn(here, arn.text, question.kind->resource);
    if (!name) {
      in.Fail(arn.text, "authInfos.resources",
              absl::StrCat("Member must be the ARN of a ", question.kind->resource,
                           " of this account"));
      continue;
    }
    question.arns.push_back(arn.text);
    question.names.push_back(*name);
  }
  return question;
}

void CheckNumber(Members& in, size_t questions) {
  if (!in.Has("authInfos")) {
    in.Need("authInfos", kAnyText);
  } else if (questions == 0) {
    in.Fail("[]", "authInfos", "Member must have length greater than or equal to 1");
  } else if (questions > kQuestionsMax) {
    in.Fail("[...]", "authInfos",
            absl::StrCat("Member must have length less than or equal to ", kQuestionsMax));
  }
}

// The policies of a principal, with those that are added and without those that are left out.
std::variant<policy::Policies, Refusal> ChosenPolicies(const Account& account,
                                                       policy::Policies policies,
                                                       const std::vector<std::string>& to_add,
                                                       const std::vector<std::string>& to_skip) {
  policies.erase(std::remove_if(policies.begin(), policies.end(),
                                [&](const auto& document) {
                                  return std::find(to_skip.begin(), to_skip.end(),
                                                   document->name) != to_skip.end();
                                }),
                 policies.end());
  std::vector<policy::Reference> added;
  for (const std::string& name : to_add) {
    if (account.registry().FindPolicy(name) == nullptr) return PolicyNotFound();
    added.push_back({.name = name});
  }
  for (auto& document : policy::PoliciesOf(account.registry(), added, nullptr)) {
    policies.push_back(std::move(document));
  }
  return policies;
}

// What was decided of a question: all of its resources must be allowed.
std::string TellResult(const Question& question, const policy::Policies& policies,
                       const policy::Connection& connection, const Surroundings& here) {
  std::set<std::string> allowing;
  std::set<std::string> denying;
  bool is_silent = false;
  const auto documents = policy::Borrow(policies);
  for (const std::string& name : question.names) {
    const policy::Decision decision =
        policy::Decide(documents, {question.kind->action, name, here.now_ms / 1000}, connection);
    if (decision.policy == nullptr) {
      is_silent = true;
    } else {
      (decision.allowed ? allowing : denying).insert(decision.policy->name);
    }
  }
  const auto list = [&here](const std::set<std::string>& names) {
    std::vector<std::string> told;
    for (const std::string& name : names) told.push_back(TellPolicy(here, name));
    return Json().List("policies", told);
  };
  std::set<std::string> others;
  if (is_silent) {
    for (const auto& document : policies) others.insert(document->name);
  }
  return Json()
      .Object("authInfo",
              Json().Text("actionType", question.kind->word).Texts("resources", question.arns))
      .Object("allowed", list(allowing))
      .Object("denied",
              Json().Object("implicitDeny", list(others)).Object("explicitDeny", list(denying)))
      .Text("authDecision", !denying.empty() ? "EXPLICIT_DENY"
                            : is_silent      ? "IMPLICIT_DENY"
                                             : "ALLOWED")
      .Texts("missingContextValues", {})
      .Finish();
}

// What is known of a certificate itself; nothing, then without an id, if that is not kept.
policy::CertificateFacts FactsOf(const Principal& principal, const Surroundings& here) {
  if (principal.certificate == nullptr) return {};
  const auto pem = here.read_entry(RegistryPart::kCertificatePems, principal.certificate->id);
  const auto x509 = identity::ParseCertificate(pem.value_or(""));
  return x509.ok() ? identity::FactsOf(**x509) : policy::CertificateFacts();
}

Outcome TestAuthorization(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  const std::string arn = in.Text("principal", kAnyText).value_or("");
  const std::string client_id = in.Query("clientId", kAnyText).value_or("");
  ReadPool(in);
  const auto to_add = in.Texts("policyNamesToAdd", kPolicyName);
  const auto to_skip = in.Texts("policyNamesToSkip", kPolicyName);
  std::vector<Question> questions;
  for (const Node* const info : in.Objects("authInfos")) {
    questions.push_back(ReadQuestion(in, *info, here));
  }
  CheckNumber(in, questions.size());
  if (auto refusal = in.Refused()) return *refusal;
  const auto found = FindPrincipal(account, here, arn);
  if (const auto* refusal = std::get_if<Refusal>(&found)) return *refusal;
  const Principal& principal = std::get<Principal>(found);
  const auto thing = policy::AttachedThing(account.registry(), principal.things(), client_id);
  policy::Policies own;
  if (principal.certificate == nullptr || principal.certificate->active()) {
    own = policy::PoliciesOf(account.registry(), principal.policies(), thing.get());
  }
  const auto chosen =
      ChosenPolicies(account, std::move(own), to_add.value_or(std::vector<std::string>()),
                     to_skip.value_or(std::vector<std::string>()));
  if (const auto* refusal = std::get_if<Refusal>(&chosen)) return *refusal;
  policy::Connection connection;
  connection.client_id = client_id;
  connection.thing = thing.get();
  connection.identity_id = principal.identity.id;
  const policy::CertificateFacts facts = FactsOf(principal, here);
  if (!facts.id.empty()) connection.certificate = &facts;
  std::vector<std::string> told;
  for (const Question& question : questions) {
    told.push_back(TellResult(question, std::get<policy::Policies>(chosen), connection, here));
  }
  return Done{.body = Json().List("authResults", told).Finish()};
}

// "cert/ID" of the body's principal; "*" for an identity, which has no ARN.
std::string PrincipalInBody(const Call& call) { return ResourceInArn(call.BodyText("principal")); }

constexpr Operation kEffectivePolicyOperations[] = {
    {"GetEffectivePolicies", "POST", "/effective-policies", PrincipalInBody, GetEffectivePolicies},
    {"TestAuthorization", "POST", "/test-authorization", PrincipalInBody, TestAuthorization},
};

}  // namespace

absl::Span<const Operation> EffectivePolicyOperations() { return kEffectivePolicyOperations; }

}  // namespace control
