// certificate activate and deactivate: whether a certificate counts.
#include "cli/command.h"
#include "cli/registry/edit.h"

namespace cli {
namespace {

absl::StatusOr<ExitCode> SetCertificateActive(Call& call, bool active) {
  auto edit = RegistryEdit::Begin();
  if (!edit.ok()) return edit.status();
  return ChangeCertificate(*edit, call, call.arguments[0], [&](policy::Certificate& entry) {
    entry.status =
        active ? policy::CertificateStatus::kActive : policy::CertificateStatus::kInactive;
  });
}

}  // namespace

extern const Command kCertificateActivate;
constexpr Command kCertificateActivate{
    .path = "certificate activate",
    .arguments = "CERTIFICATE",
    .summary = "let a registered certificate count",
    .details = kCertificateStatusDetails,
    .flags = kEditFlags,
    .run = [](Call& call) { return SetCertificateActive(call, true); },
};

extern const Command kCertificateDeactivate;
constexpr Command kCertificateDeactivate{
    .path = "certificate deactivate",
    .arguments = "CERTIFICATE",
    .summary = "let it count no more; its attachments are kept",
    .details = kCertificateStatusDetails,
    .flags = kEditFlags,
    .run = [](Call& call) { return SetCertificateActive(call, false); },
};

}  // namespace cli
