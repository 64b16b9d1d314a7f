#include "policy/explain.h"

#include <ctime>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/command.h"
#include "cli/flags.h"
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

absl::StatusOr<policy::Asker> FindAsker(const policy::Registry& registry) {
  const std::string named = absl::GetFlag(FLAGS_certificate);
  const auto thing = ThingFromFlag();
  if (!thing.ok()) return thing.status();
  if (named.empty() && thing->empty()) {
    return absl::InvalidArgumentError("who asks? Give --thing T or --certificate ID");
  }
  const auto found =
      named.empty() ? CertificateOfThing(registry, *thing) : FindCertificate(registry, named);
  if (!found.ok()) return found.status();
  policy::Asker asker;
  asker.certificate = registry.certificates().at((*found)->id);
  asker.facts.id = asker.certificate->id;
  // A file tells all that policies may ask of a certificate.
  if (const auto text = ReadTextFile(named); !named.empty() && text.ok()) {
    if (const auto x509 = identity::ParseCertificate(*text); x509.ok()) {
      asker.facts = identity::FactsOf(**x509);
    }
  }
  asker.client_id = absl::GetFlag(FLAGS_client_id);
  if (asker.client_id.empty()) asker.client_id = *thing;
  asker.source_ip = absl::GetFlag(FLAGS_source_ip);
  return asker;
}

// "topic/a/b" or the ARN of it as the request's name, if it is of the kind that is asked for.
absl::StatusOr<std::string> NameIn(const std::string& resource, policy::Action action) {
  if (const auto name = policy::NameInResource(resource, action)) return std::string(*name);
  return absl::InvalidArgumentError(
      absl::StrCat("--resource: \"", resource, "\" is not what ", policy::ActionName(action),
                   " is asked for: ", policy::KindName(policy::KindOf(action)), "/NAME"));
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

void TellText(Call& call, const policy::Explanation& explanation) {
  call.out << explanation.reason << "\n  "
           << policy::RequestText({explanation.action, explanation.name})
           << "\n  asked by certificate " << explanation.asker.certificate->id << ", client id \""
           << explanation.asker.client_id << "\", "
           << (explanation.thing == nullptr ? "no thing of the certificate is called so"
                                            : absl::StrCat("thing ", explanation.thing->name))
           << "\n";
  for (const auto& finding : explanation.findings) {
    call.out << "  " << policy::FindingText(finding) << "\n";
  }
}

absl::StatusOr<ExitCode> RunPolicyExplain(Call& call) {
  const auto action = ActionFromFlag();
  if (!action.ok()) return action.status();
  const std::string resource = absl::GetFlag(FLAGS_resource);
  if (auto s = Need("resource", resource, "topic/cmd/lamp1/req"); !s.ok()) return s;
  auto name = NameIn(resource, *action);
  if (!name.ok()) return name.status();
  const auto registry = ReadRegistry();
  if (!registry.ok()) return registry.status();
  auto asker = FindAsker(**registry);
  if (!asker.ok()) return asker.status();
  const auto explanation =
      policy::Explain(**registry, *std::move(asker), *action, *std::move(name), std::time(nullptr));
  if (call.json) {
    call.out << policy::JsonOf(explanation) << "\n";
  } else {
    TellText(call, explanation);
  }
  return explanation.allowed ? ExitCode::kDone : ExitCode::kDenied;
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
