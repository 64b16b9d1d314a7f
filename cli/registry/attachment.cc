#include "cli/registry/attachment.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "cli/registry/edit.h"

namespace cli {
namespace {

std::vector<policy::Reference>& ReferencesOf(policy::Certificate& entry, Attachable kind) {
  return kind == Attachable::kThing ? entry.things : entry.policies;
}

}  // namespace

void Attach(std::vector<policy::Reference>& references, absl::string_view name) {
  const bool is_there = std::any_of(references.begin(), references.end(),
                                    [&](const auto& reference) { return reference.name == name; });
  if (!is_there) references.push_back({std::string(name), {}});
}

void Detach(std::vector<policy::Reference>& references, absl::string_view name) {
  references.erase(std::remove_if(references.begin(), references.end(),
                                  [&](const auto& reference) { return reference.name == name; }),
                   references.end());
}

absl::Status CheckRegistered(const policy::Registry& registry, Attachable kind,
                             absl::string_view name) {
  const bool is_thing = kind == Attachable::kThing;
  const bool is_there =
      is_thing ? registry.FindThing(name) != nullptr : registry.FindPolicy(name) != nullptr;
  if (is_there) return absl::OkStatus();
  return absl::NotFoundError(
      absl::StrCat("no ", is_thing ? "thing" : "policy", " \"", name, "\" is registered"));
}

absl::Status AttachRegistered(const policy::Registry& registry, Attachable kind,
                              absl::Span<const std::string> names,
                              std::vector<policy::Reference>& references) {
  for (const std::string& name : names) {
    if (auto s = CheckRegistered(registry, kind, name); !s.ok()) return s;
    Attach(references, name);
  }
  return absl::OkStatus();
}

absl::StatusOr<ExitCode> AttachCertificate(Call& call, Attachable kind) {
  auto edit = RegistryEdit::Begin();
  if (!edit.ok()) return edit.status();
  const std::string& name = call.arguments[0];
  if (auto s = CheckRegistered(edit->before(), kind, name); !s.ok()) return s;
  return ChangeCertificate(*edit, call, call.arguments[1], [&](policy::Certificate& entry) {
    Attach(ReferencesOf(entry, kind), name);
  });
}

absl::StatusOr<ExitCode> DetachCertificate(Call& call, Attachable kind) {
  auto edit = RegistryEdit::Begin();
  if (!edit.ok()) return edit.status();
  return ChangeCertificate(*edit, call, call.arguments[1], [&](policy::Certificate& entry) {
    Detach(ReferencesOf(entry, kind), call.arguments[0]);
  });
}

}  // namespace cli
