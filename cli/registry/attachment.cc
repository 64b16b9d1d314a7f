#include "cli/registry/attachment.h"

#include "cli/json_text.h"
#include "policy/reference.h"

namespace cli {
namespace {

absl::Status CheckThere(const policy::Registry& registry, Attachable kind, absl::string_view name) {
  return kind == Attachable::kThing ? CheckThingThere(registry, name)
                                    : CheckPolicyThere(registry, name);
}

// What attaches (or detaches) thing or policy and certificate.
Asked Attachment(bool attach, Attachable kind, const std::string& name, absl::string_view id) {
  const std::string arn = ArnOf("cert", id);
  if (kind == Attachable::kThing) {
    return {.operation = attach ? "AttachThingPrincipal" : "DetachThingPrincipal",
            .labels = {{"thingName", name}},
            .principal = arn};
  }
  return {.operation = attach ? "AttachPolicy" : "DetachPolicy",
          .labels = {{"policyName", name}},
          .body = JsonText::Object({{"target", JsonText::String(arn)}}).text()};
}

}  // namespace

absl::Status AttachAll(RegistryEdit& edit, Attachable kind, absl::Span<const std::string> names,
                       absl::string_view certificate_id) {
  for (const std::string& name : names) {
    if (auto s = CheckThere(edit.registry(), kind, name); !s.ok()) return s;
    if (auto s = edit.Perform(Attachment(true, kind, name, certificate_id)).status(); !s.ok()) {
      return s;
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<ExitCode> AttachCertificate(Call& call, Attachable kind) {
  auto edit = RegistryEdit::Begin();
  if (!edit.ok()) return edit.status();
  if (auto s = CheckThere(edit->registry(), kind, call.arguments[0]); !s.ok()) return s;
  const auto certificate = FindCertificate(edit->registry(), call.arguments[1]);
  if (!certificate.ok()) return certificate.status();
  const std::string id = (*certificate)->id;
  if (auto s = AttachAll(*edit, kind, {call.arguments[0]}, id); !s.ok()) return s;
  return DoneIf(edit->Finish(call));
}

absl::StatusOr<ExitCode> DetachCertificate(Call& call, Attachable kind) {
  auto edit = RegistryEdit::Begin();
  if (!edit.ok()) return edit.status();
  const auto certificate = FindCertificate(edit->registry(), call.arguments[1]);
  if (!certificate.ok()) return certificate.status();
  const bool is_thing = kind == Attachable::kThing;
  const auto& attached = is_thing ? (*certificate)->things : (*certificate)->policies;
  const std::string& name = call.arguments[0];
  // What is asked for holds already.
  if (!policy::IsAmong(attached, name)) return ExitCode::kDone;
  const std::string id = (*certificate)->id;
  if (auto s = edit->Perform(Attachment(false, kind, name, id)).status(); !s.ok()) return s;
  return DoneIf(edit->Finish(call));
}

}  // namespace cli
