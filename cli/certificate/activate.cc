// certificate activate and deactivate: whether a certificate counts.
#include "cli/command.h"
#include "cli/registry/edit.h"

namespace cli {
namespace {

absl::StatusOr<ExitCode> SetCertificateActive(Call& call, bool active) {
  auto edit = RegistryEdit::Begin();
  if (!edit.ok()) return edit.status();
  const auto certificate = FindCertificate(edit->registry(), call.arguments[0]);
  if (!certificate.ok()) return certificate.status();
  const Asked asked = {.operation = "UpdateCertificate",
                       .labels = {{"certificateId", (*certificate)->id}},
                       .parameters = {{"newStatus", active ? "ACTIVE" : "INACTIVE"}}};
  if (auto s = edit->Perform(asked).status(); !s.ok()) return s;
  return DoneIf(edit->Finish(call));
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
