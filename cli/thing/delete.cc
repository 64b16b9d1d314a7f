#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "cli/certificate/key_folder.h"
#include "cli/certificate/provision.h"
#include "cli/command.h"
#include "cli/flags.h"
#include "cli/json_text.h"
#include "cli/policy/default_policy.h"
#include "cli/registry/edit.h"
#include "policy/reference.h"
#include "shadow/id.h"

namespace cli {
namespace {

constexpr absl::string_view kThingDeleteFlags[] = {"registry", "ca", "things", "reload",
                                                   "admin_socket"};

// An identity of Cognito loses the attachment; with nothing attached to it, it has no entry.
absl::Status LeaveIdentities(RegistryEdit& edit, const std::string& thing) {
  std::vector<policy::Identity> attached;
  for (const auto& [id, identity] : edit.registry().identities()) {
    if (policy::IsAmong(identity->things, thing)) attached.push_back(*identity);
  }
  for (policy::Identity& identity : attached) {
    policy::Detach(identity.things, thing);
    identity.exclusive = false;
    if (auto status = edit.Change(Put(identity)); !status.ok()) return status;
  }
  return absl::OkStatus();
}

// A certificate of this thing alone goes with it; others lose the attachment.
absl::Status LeaveCertificates(RegistryEdit& edit, const std::string& thing) {
  for (const auto* const certificate : CertificatesOf(edit.registry(), thing)) {
    policy::Certificate entry = *certificate;
    policy::Detach(entry.things, thing);
    entry.exclusive = false;
    auto status = entry.things.empty() ? edit.RemoveCertificate(entry.id) : edit.Change(Put(entry));
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status RemoveDefaultPolicy(RegistryEdit& edit, const std::string& thing) {
  const std::string name = DefaultPolicyName(thing);
  if (edit.registry().FindPolicy(name) == nullptr) return absl::OkStatus();
  const auto text = edit.PolicyText(name);
  if (!text.ok()) return text.status();
  if (*text != DefaultPolicyText(thing)) return absl::OkStatus();
  const auto deleted =
      edit.Perform({.operation = "DeletePolicy", .labels = {{"policyName", name}}});
  // One that others have, or that has other versions, stays (PO4).
  return absl::IsFailedPrecondition(deleted.status()) ? absl::OkStatus() : deleted.status();
}

absl::Status Delete(RegistryEdit& edit, const std::string& thing) {
  if (auto status = LeaveCertificates(edit, thing); !status.ok()) return status;
  if (auto status = LeaveIdentities(edit, thing); !status.ok()) return status;
  if (auto status = RemoveDefaultPolicy(edit, thing); !status.ok()) return status;
  if (auto status = edit.Remove(policy::RegistryPart::kThings, thing); !status.ok()) return status;
  return edit.Write();
}

absl::StatusOr<ExitCode> RunThingDelete(Call& call) {
  const std::string& thing = call.arguments[0];
  if (!shadow::IsThingName(thing)) {
    return absl::InvalidArgumentError(absl::StrCat("\"", thing, "\" cannot name a thing"));
  }
  auto edit = RegistryEdit::Begin();
  if (!edit.ok()) return edit.status();
  if (auto status = Delete(*edit, thing); !status.ok()) return status;
  if (!absl::GetFlag(FLAGS_ca).empty() || !absl::GetFlag(FLAGS_things).empty()) {
    const auto things = ThingsFolder();
    if (!things.ok()) return things.status();
    if (auto status = KeyFolder(absl::StrCat(*things, "/", thing)).Remove(); !status.ok()) {
      return status;
    }
  }
  if (call.json) {
    call.out << JsonText::Object({{"thing", JsonText::String(thing)},
                                  {"deleted", JsonText::Bool(edit->changed())}})
                    .text()
             << "\n";
  } else if (!edit->changed()) {
    call.err << "No thing \"" << thing << "\" was registered.\n";
  }
  return DoneIf(edit->Finish(call));
}

}  // namespace

extern const Command kThingDelete;
constexpr Command kThingDelete{
    .path = "thing delete",
    .arguments = "THING",
    .summary = "remove a thing, the certificates that are its alone, and their keys",
    .details =
        "Its default policy goes with it unless it was changed or is used by others. Its keys go "
        "if\n"
        "--ca or --things says where they are. Its shadows stay: shadowctl shadow delete.",
    .flags = kThingDeleteFlags,
    .run = RunThingDelete,
};

}  // namespace cli
