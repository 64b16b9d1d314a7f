#include "absl/flags/flag.h"
#include "cli/command.h"
#include "cli/flags.h"
#include "cli/json_text.h"
#include "cli/registry/attachment.h"
#include "cli/registry/edit.h"
#include "identity/certificate.h"
#include "identity/certificate_text.h"

ABSL_FLAG(bool, inactive, false, "register it, but let it not count yet");

namespace cli {
namespace {

constexpr absl::string_view kCertificateRegisterFlags[] = {"thing",    "policy", "inactive",
                                                           "registry", "reload", "admin_socket"};

// One that is registered stays as it is.
policy::Certificate EntryFor(const RegistryEdit& edit, const std::string& id) {
  if (const auto* const known = edit.registry().FindCertificate(id)) return *known;
  policy::Certificate entry = edit.NewCertificate(id);
  if (!absl::GetFlag(FLAGS_inactive)) entry.status = policy::CertificateStatus::kActive;
  return entry;
}

absl::StatusOr<ExitCode> RunCertificateRegister(Call& call) {
  const auto certificate = CertificateInFile(call.arguments[0]);
  if (!certificate.ok()) return certificate.status();
  const std::string id = identity::CertificateId(**certificate);
  auto edit = RegistryEdit::Begin();
  if (!edit.ok()) return edit.status();
  const policy::Certificate entry = EntryFor(*edit, id);
  for (const absl::Status& done :
       {edit->KeepCertificate(entry, identity::PemOf(**certificate)),
        AttachAll(*edit, Attachable::kThing, absl::GetFlag(FLAGS_thing).values, id),
        AttachAll(*edit, Attachable::kPolicy, absl::GetFlag(FLAGS_policy).values, id)}) {
    if (!done.ok()) return done;
  }
  if (auto s = edit->Write(); !s.ok()) return s;
  const absl::string_view status = policy::StatusName(entry.status);
  if (call.json) {
    call.out << JsonText::Object(
                    {{"certificateId", JsonText::String(id)}, {"status", JsonText::String(status)}})
                    .text()
             << "\n";
  } else {
    call.out << id << "  " << status << "\n";
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
