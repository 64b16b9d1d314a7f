#include "cli/command.h"
#include "cli/registry/edit.h"

namespace cli {
namespace {

absl::StatusOr<ExitCode> RunCertificateDelete(Call& call) {
  auto edit = RegistryEdit::Begin();
  if (!edit.ok()) return edit.status();
  const auto certificate = FindCertificate(edit->registry(), call.arguments[0]);
  // What is asked for holds already.
  if (absl::IsNotFound(certificate.status())) return ExitCode::kDone;
  if (!certificate.ok()) return certificate.status();
  if (auto s = edit->RemoveCertificate((*certificate)->id); !s.ok()) return s;
  return DoneIf(edit->Finish(call));
}

}  // namespace

extern const Command kCertificateDelete;
constexpr Command kCertificateDelete{
    .path = "certificate delete",
    .arguments = "CERTIFICATE",
    .summary = "remove it from the registry, with its attachments",
    .details = kCertificateStatusDetails,
    .flags = kEditFlags,
    .run = RunCertificateDelete,
};

}  // namespace cli
