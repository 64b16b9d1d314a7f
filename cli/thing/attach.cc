// thing attach and thing detach: which certificates speak for a thing.
#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/registry/edit.h"

namespace cli {
namespace {

constexpr absl::string_view kThingAttachFlags[] = {"registry", "reload", "admin_socket"};

absl::StatusOr<ExitCode> Change(Call& call, void (*change)(std::vector<policy::Reference>&,
                                                           absl::string_view)) {
  auto edit = RegistryEdit::Begin();
  if (!edit.ok()) return edit.status();
  const std::string& thing = call.arguments[0];
  if (change == Attach && edit->before().FindThing(thing) == nullptr) {
    return absl::NotFoundError(absl::StrCat("no thing \"", thing, "\" is registered"));
  }
  return ChangeCertificate(*edit, call, call.arguments[1],
                           [&](policy::CertificateEntry& entry) { change(entry.things, thing); });
}

absl::StatusOr<ExitCode> RunThingAttach(Call& call) { return Change(call, Attach); }
absl::StatusOr<ExitCode> RunThingDetach(Call& call) { return Change(call, Detach); }

}  // namespace

extern const Command kThingAttach;
constexpr Command kThingAttach{
    .path = "thing attach",
    .arguments = "THING CERTIFICATE",
    .summary = "let a certificate speak for a thing",
    .details = "CERTIFICATE is an id, the beginning of one, or a file in PEM or DER.",
    .flags = kThingAttachFlags,
    .run = RunThingAttach,
};

extern const Command kThingDetach;
constexpr Command kThingDetach{
    .path = "thing detach",
    .arguments = "THING CERTIFICATE",
    .summary = "let it speak for the thing no more",
    .details = "CERTIFICATE is an id, the beginning of one, or a file in PEM or DER.",
    .flags = kThingAttachFlags,
    .run = RunThingDetach,
};

}  // namespace cli
