// certificate activate, deactivate and delete: whether a certificate counts.
#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/registry/edit.h"

namespace cli {
namespace {

constexpr absl::string_view kCertificateStatusFlags[] = {"registry", "reload", "admin_socket"};
constexpr absl::string_view kCertificateStatusDetails =
    "CERTIFICATE is an id, the beginning of one, or a file in PEM or DER. A client that is "
    "connected\n"
    "with it is let go once the broker has loaded the registry.";

absl::StatusOr<ExitCode> SetCertificateActive(Call& call, bool active) {
  auto edit = RegistryEdit::Begin();
  if (!edit.ok()) return edit.status();
  return ChangeCertificate(*edit, call, call.arguments[0],
                           [&](policy::CertificateEntry& entry) { entry.active = active; });
}

absl::StatusOr<ExitCode> RunCertificateActivate(Call& call) {
  return SetCertificateActive(call, true);
}
absl::StatusOr<ExitCode> RunCertificateDeactivate(Call& call) {
  return SetCertificateActive(call, false);
}

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
  if (auto s = edit->Finish(call); !s.ok()) return s;
  return ExitCode::kDone;
}

}  // namespace

extern const Command kCertificateActivate;
constexpr Command kCertificateActivate{
    .path = "certificate activate",
    .arguments = "CERTIFICATE",
    .summary = "let a registered certificate count",
    .details = kCertificateStatusDetails,
    .flags = kCertificateStatusFlags,
    .run = RunCertificateActivate,
};

extern const Command kCertificateDeactivate;
constexpr Command kCertificateDeactivate{
    .path = "certificate deactivate",
    .arguments = "CERTIFICATE",
    .summary = "let it count no more; its attachments are kept",
    .details = kCertificateStatusDetails,
    .flags = kCertificateStatusFlags,
    .run = RunCertificateDeactivate,
};

extern const Command kCertificateDelete;
constexpr Command kCertificateDelete{
    .path = "certificate delete",
    .arguments = "CERTIFICATE",
    .summary = "remove it from the registry, with its attachments",
    .details = kCertificateStatusDetails,
    .flags = kCertificateStatusFlags,
    .run = RunCertificateDelete,
};

}  // namespace cli
