#include "policy/explain.h"

#include <ctime>

#include "absl/flags/flag.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "cli/command.h"
#include "cli/flags.h"
#include "cli/json_text.h"
#include "cli/registry/edit.h"
#include "cli/text_file.h"
#include "identity/certificate.h"

ABSL_FLAG(std::string, certificate, "",
          "CERTIFICATE: who asks: an id, the beginning of one, or a file in PEM or DER");
ABSL_FLAG(std::string, client_id, "", "ID: how the client calls itself; else as the thing");
ABSL_FLAG(std::string, action, "", "ACTION: such as iot:Publish");
ABSL_FLAG(std::string, resource, "", "RESOURCE: such as topic/cmd/lamp1/req, or an ARN");
ABSL_FLAG(std::string, source_ip, "", "ADDRESS: where the client comes from");

namespace cli {
namespace {

constexpr absl::string_view kPolicyExplainFlags[] = {
    "thing", "certificate", "client_id", "action", "resource", "source_ip", "registry"};

// Who asks: views and pointers into what it holds and into the registry.
struct Asker {
  const policy::Certificate* certificate = nullptr;
  policy::CertificateFacts facts;
  std::string client_id;
  policy::Connection connection;
};

absl::Status Need(absl::string_view flag, const std::string& value, absl::string_view example) {
  if (!value.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("--", flag, " is not given; for example --", flag, " ", example));
}

absl::StatusOr<std::string> ThingFromFlag() {
  const auto things = absl::GetFlag(FLAGS_thing).values;
  if (things.size() > 1) return absl::InvalidArgumentError("--thing is given twice");
  return things.empty() ? "" : things.front();
}

// The one certificate of a thing that counts.
absl::StatusOr<const policy::Certificate*> CertificateOfThing(const policy::Registry& registry,
                                                              const std::string& thing) {
  if (auto s = CheckThingThere(registry, thing); !s.ok()) return s;
  const auto all = CertificatesOf(registry, thing);
  if (all.empty()) {
    return absl::NotFoundError(absl::StrCat("no certificate is attached to thing \"", thing, "\""));
  }
  if (all.size() == 1) return all.front();
  const auto print = [](std::string* out, const policy::Certificate* certificate) {
    absl::StrAppend(out, certificate->id);
  };
  return absl::InvalidArgumentError(absl::StrCat(
      "thing \"", thing, "\" has ", all.size(),
      " certificates; say which with --certificate: ", absl::StrJoin(all, ", ", print)));
}

absl::Status FindAsker(const policy::Registry& registry, Asker& asker) {
  const std::string named = absl::GetFlag(FLAGS_certificate);
  const auto thing = ThingFromFlag();
  if (!thing.ok()) return thing.status();
  if (named.empty() && thing->empty()) {
    return absl::InvalidArgumentError("who asks? Give --thing T or --certificate ID");
  }
  const auto found =
      named.empty() ? CertificateOfThing(registry, *thing) : FindCertificate(registry, named);
  if (!found.ok()) return found.status();
  asker.certificate = *found;
  asker.facts.id = asker.certificate->id;
  // A file tells all that policies may ask of a certificate.
  if (const auto text = ReadTextFile(named); !named.empty() && text.ok()) {
    if (const auto x509 = identity::ParseCertificate(*text); x509.ok()) {
      asker.facts = identity::FactsOf(**x509);
    }
  }
  asker.client_id = absl::GetFlag(FLAGS_client_id);
  if (asker.client_id.empty()) asker.client_id = *thing;
  if (asker.client_id.empty() && asker.certificate->things.size() == 1) {
    asker.client_id = asker.certificate->things.front().name;
  }
  return absl::OkStatus();
}

// "topic/a/b" or the ARN of it as the request's name, if it is of the kind that is asked for.
absl::StatusOr<std::string> NameIn(std::string resource, policy::Action action) {
  if (absl::StartsWith(resource, "arn:")) {
    const std::vector<std::string> fields = absl::StrSplit(resource, absl::MaxSplits(':', 5));
    resource = fields.back();
  }
  const absl::string_view kind = policy::KindName(policy::KindOf(action));
  const std::string beginning = absl::StrCat(kind, "/");
  if (absl::StartsWith(resource, beginning)) return resource.substr(beginning.size());
  return absl::InvalidArgumentError(absl::StrCat("--resource: \"", resource, "\" is not what ",
                                                 policy::ActionName(action),
                                                 " is asked for: ", beginning, "NAME"));
}

absl::StatusOr<policy::Action> ActionFromFlag() {
  const std::string name = absl::GetFlag(FLAGS_action);
  if (auto status = Need("action", name, "iot:Publish"); !status.ok()) return status;
  if (const auto action = policy::FindAction(name)) return *action;
  const auto print = [](std::string* out, policy::Action action) {
    absl::StrAppend(out, policy::ActionName(action));
  };
  return absl::InvalidArgumentError(absl::StrCat("--action: \"", name, "\" is not one of: ",
                                                 absl::StrJoin(policy::AllActions(), ", ", print)));
}

absl::string_view VerdictName(policy::Finding::Verdict verdict) {
  constexpr absl::string_view kNames[] = {"applies", "otherAction", "otherResource",
                                          "conditionFails"};
  return kNames[static_cast<size_t>(verdict)];
}

std::string Json(const Asker& asker, const policy::Request& request,
                 const policy::Decision& decision, const std::string& reason,
                 const std::vector<policy::Finding>& findings) {
  std::vector<JsonText> statements;
  for (const auto& finding : findings) {
    const bool allows = finding.statement->effect == policy::Statement::Effect::kAllow;
    statements.push_back(JsonText::Object(
        {{"policy", JsonText::String(finding.policy->name)},
         {"statement", JsonText::Number(static_cast<int64_t>(finding.statement->number))},
         {"sid", JsonText::String(finding.statement->sid)},
         {"place", JsonText::String(policy::PlaceText(finding.statement->place))},
         {"effect", JsonText::String(allows ? "Allow" : "Deny")},
         {"verdict", JsonText::String(VerdictName(finding.verdict))}}));
  }
  const auto* const thing = asker.connection.thing;
  return JsonText::Object(
             {{"allowed", JsonText::Bool(decision.allowed)},
              {"reason", JsonText::String(reason)},
              {"action", JsonText::String(policy::ActionName(request.action))},
              {"resource", JsonText::String(request.name)},
              {"certificateId", JsonText::String(asker.certificate->id)},
              {"active", JsonText::Bool(asker.certificate->active())},
              {"clientId", JsonText::String(asker.client_id)},
              {"thing", thing == nullptr ? JsonText::Null() : JsonText::String(thing->name)},
              {"statements", JsonText::Array(statements)}})
      .text();
}

void TellText(Call& call, const Asker& asker, const policy::Request& request,
              const std::string& reason, const std::vector<policy::Finding>& findings) {
  const auto* const thing = asker.connection.thing;
  call.out << reason << "\n  " << policy::RequestText(request) << "\n  asked by certificate "
           << asker.certificate->id << ", client id \"" << asker.client_id << "\", "
           << (thing == nullptr ? "no thing of the certificate is called so"
                                : absl::StrCat("thing ", thing->name))
           << "\n";
  for (const auto& finding : findings) call.out << "  " << policy::FindingText(finding) << "\n";
}

absl::StatusOr<ExitCode> RunPolicyExplain(Call& call) {
  const auto action = ActionFromFlag();
  if (!action.ok()) return action.status();
  const std::string resource = absl::GetFlag(FLAGS_resource);
  if (auto s = Need("resource", resource, "topic/cmd/lamp1/req"); !s.ok()) return s;
  const auto name = NameIn(resource, *action);
  if (!name.ok()) return name.status();
  const auto registry = ReadRegistry();
  if (!registry.ok()) return registry.status();
  Asker asker;
  if (auto s = FindAsker(**registry, asker); !s.ok()) return s;
  const std::string source_ip = absl::GetFlag(FLAGS_source_ip);
  asker.connection.client_id = asker.client_id;
  asker.connection.source_ip = source_ip;
  asker.connection.certificate = &asker.facts;
  const auto thing = policy::AttachedThing(**registry, asker.certificate->things, asker.client_id);
  asker.connection.thing = thing.get();

  const policy::Request request{*action, *name, std::time(nullptr)};
  policy::Policies held;
  if (asker.certificate->active()) {
    held = policy::PoliciesOf(**registry, *asker.certificate, thing.get());
  }
  const auto policies = policy::Borrow(held);
  const auto decision = policy::Decide(policies, request, asker.connection);
  const std::string reason = asker.certificate->active() ? policy::DecisionText(decision, policies)
                                                         : "denied: the certificate is not active";
  const auto findings = policy::Examine(policies, request, asker.connection);
  if (call.json) {
    call.out << Json(asker, request, decision, reason, findings) << "\n";
  } else {
    TellText(call, asker, request, reason, findings);
  }
  return decision.allowed ? ExitCode::kDone : ExitCode::kDenied;
}

}  // namespace

extern const Command kPolicyExplain;
constexpr Command kPolicyExplain{
    .path = "policy explain",
    .arguments = "",
    .summary = "say whether something is allowed, and by which statement; exit code 0 or 5",
    .details =
        "  shadowctl policy explain --thing lamp1 --action iot:Publish --resource topic/a/b\n\n"
        "Works from the registry's files: a broker that has not loaded them yet may differ.\n"
        "Variables of the certificate's subject are known only if --certificate is a file.",
    .flags = kPolicyExplainFlags,
    .run = RunPolicyExplain,
};

}  // namespace cli
