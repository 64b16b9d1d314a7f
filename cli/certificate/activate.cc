// certificate activate and deactivate: whether a certificate counts.
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

}  // namespace

extern const Command kCertificateActivate;
constexpr Command kCertificateActivate{
    .path = "certificate activate",
    .arguments = "CERTIFICATE",
    .summary = "let a registered certificate count",
    .details = kCertificateStatusDetails,
    .flags = kCertificateStatusFlags,
    .run = [](Call& call) { return SetCertificateActive(call, true); },
};

extern const Command kCertificateDeactivate;
constexpr Command kCertificateDeactivate{
    .path = "certificate deactivate",
    .arguments = "CERTIFICATE",
    .summary = "let it count no more; its attachments are kept",
    .details = kCertificateStatusDetails,
    .flags = kCertificateStatusFlags,
    .run = [](Call& call) { return SetCertificateActive(call, false); },
};

}  // namespace cli
