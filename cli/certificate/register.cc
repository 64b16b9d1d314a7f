#include "absl/flags/flag.h"
#include "cli/command.h"
#include "cli/flags.h"
#include "cli/json_text.h"
#include "cli/registry/attachment.h"
#include "cli/registry/edit.h"

ABSL_FLAG(bool, inactive, false, "register it, but let it not count yet");

namespace cli {
namespace {

constexpr absl::string_view kCertificateRegisterFlags[] = {"thing",    "policy", "inactive",
                                                           "registry", "reload", "admin_socket"};

absl::StatusOr<policy::Certificate> EntryFor(const policy::Registry& registry,
                                             const std::string& id) {
  policy::Certificate entry = {.id = id};
  if (const auto* const known = registry.FindCertificate(id)) {
    entry = *known;
  } else if (!absl::GetFlag(FLAGS_inactive)) {
    entry.status = policy::CertificateStatus::kActive;
  }
  absl::Status attached = AttachRegistered(registry, Attachable::kThing,
                                           absl::GetFlag(FLAGS_thing).values, entry.things);
  attached.Update(AttachRegistered(registry, Attachable::kPolicy,
                                   absl::GetFlag(FLAGS_policy).values, entry.policies));
  if (!attached.ok()) return attached;
  return entry;
}

absl::StatusOr<ExitCode> RunCertificateRegister(Call& call) {
  const auto id = CertificateIdInFile(call.arguments[0]);
  if (!id.ok()) return id.status();
  auto edit = RegistryEdit::Begin();
  if (!edit.ok()) return edit.status();
  const auto entry = EntryFor(edit->before(), *id);
  if (!entry.ok()) return entry.status();
  if (auto s = edit->PutCertificate(*entry); !s.ok()) return s;
  const absl::string_view status = policy::StatusName(entry->status);
  if (call.json) {
    call.out << JsonText::Object({{"certificateId", JsonText::String(*id)},
                                  {"status", JsonText::String(status)}})
                    .text()
             << "\n";
  } else {
    call.out << *id << "  " << status << "\n";
  }
  return DoneIf(edit->Finish(call));
}

}  // namespace

extern const Command kCertificateRegister;
constexpr Command kCertificateRegister{
    .path = "certificate register",
    .arguments = "FILE",
    .summary = "let a certificate that was made elsewhere count",
    .details =
        "FILE is in PEM or DER. The broker's cafile must know who issued it. One that is "
        "registered\n"
        "already keeps its status and its attachments, and gets those that are named here besides.",
    .flags = kCertificateRegisterFlags,
    .run = RunCertificateRegister,
};

}  // namespace cli
