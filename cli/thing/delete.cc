#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "cli/certificate/key_folder.h"
#include "cli/certificate/provision.h"
#include "cli/command.h"
#include "cli/flags.h"
#include "cli/json_text.h"
#include "cli/policy/default_policy.h"
#include "cli/registry/attachment.h"
#include "cli/registry/edit.h"
#include "shadow/id.h"

namespace cli {
namespace {

using policy::RegistryPart;

constexpr absl::string_view kThingDeleteFlags[] = {"registry", "ca", "things", "reload",
                                                   "admin_socket"};

// Whether anybody but the thing's own certificates is held to the policy.
bool IsUsedByOthers(const policy::Registry& registry, absl::string_view policy,
                    absl::string_view thing) {
  for (const auto& [id, certificate] : registry.certificates()) {
    const auto& things = certificate->things;
    const bool goes = things.size() == 1 && things.front().name == thing;
    if (!goes && IsAmong(certificate->policies, policy)) return true;
  }
  return false;
}

// A certificate of this thing alone goes with it; others lose the attachment.
absl::Status LeaveCertificates(RegistryEdit& edit, const std::string& thing) {
  for (const auto* const certificate : CertificatesOf(edit.before(), thing)) {
    policy::Certificate entry = *certificate;
    Detach(entry.things, thing);
    entry.exclusive = false;
    auto status = entry.things.empty() ? edit.Remove(RegistryPart::kCertificates, certificate->id)
                                       : edit.PutCertificate(entry);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status RemoveDefaultPolicy(RegistryEdit& edit, const std::string& thing) {
  const std::string name = DefaultPolicyName(thing);
  if (edit.before().FindPolicy(name) == nullptr || IsUsedByOthers(edit.before(), name, thing)) {
    return absl::OkStatus();
  }
  const auto text = edit.PolicyText(name);
  if (!text.ok()) return text.status();
  if (*text != DefaultPolicyText(thing)) return absl::OkStatus();
  return edit.Remove(RegistryPart::kPolicies, name);
}

absl::StatusOr<ExitCode> RunThingDelete(Call& call) {
  const std::string& thing = call.arguments[0];
  if (!shadow::IsThingName(thing)) {
    return absl::InvalidArgumentError(absl::StrCat("\"", thing, "\" cannot name a thing"));
  }
  auto edit = RegistryEdit::Begin();
  if (!edit.ok()) return edit.status();
  // Who may connect first, so that a crash leaves nobody in who should be out.
  for (const absl::Status& status :
       {LeaveCertificates(*edit, thing), RemoveDefaultPolicy(*edit, thing),
        edit->Remove(RegistryPart::kThings, thing)}) {
    if (!status.ok()) return status;
  }
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
