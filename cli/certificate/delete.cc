#include "cli/command.h"
#include "cli/registry/edit.h"

namespace cli {
namespace {

constexpr absl::string_view kCertificateDeleteFlags[] = {"registry", "reload", "admin_socket"};
constexpr absl::string_view kCertificateDeleteDetails =
    "CERTIFICATE is an id, the beginning of one, or a file in PEM or DER. A client that is "
    "connected\n"
    "with it is let go once the broker has loaded the registry.";

absl::StatusOr<ExitCode> RunCertificateDelete(Call& call) {
  auto edit = RegistryEdit::Begin();
  if (!edit.ok()) return edit.status();
  const auto certificate = FindCertificate(edit->before(), call.arguments[0]);
  // What is asked for holds already.
  if (absl::IsNotFound(certificate.status())) return ExitCode::kDone;
  if (!certificate.ok()) return certificate.status();
  if (auto s = edit->Remove(policy::RegistryPart::kCertificates, (*certificate)->id); !s.ok()) {
    return s;
  }
  return DoneIf(edit->Finish(call));
}

}  // namespace

extern const Command kCertificateDelete;
constexpr Command kCertificateDelete{
    .path = "certificate delete",
    .arguments = "CERTIFICATE",
    .summary = "remove it from the registry, with its attachments",
    .details = kCertificateDeleteDetails,
    .flags = kCertificateDeleteFlags,
    .run = RunCertificateDelete,
};

}  // namespace cli
