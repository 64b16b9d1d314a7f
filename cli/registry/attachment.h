// What certificates and access keys are attached to, as lists of names.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cli/command.h"
#include "policy/registry.h"

namespace cli {

enum class Attachable { kThing, kPolicy };

// Puts a name into a list of references, once, or takes it out.
void Attach(std::vector<policy::Reference>& references, absl::string_view name);
void Detach(std::vector<policy::Reference>& references, absl::string_view name);

// OK if the registry has one of that name; else NotFound.
absl::Status CheckRegistered(const policy::Registry& registry, Attachable kind,
                             absl::string_view name);

// Puts all names into the list; NotFound for the first that the registry has not.
absl::Status AttachRegistered(const policy::Registry& registry, Attachable kind,
                              absl::Span<const std::string> names,
                              std::vector<policy::Reference>& references);

// `thing attach`, `policy detach` and so on: the first argument's thing or policy, and the
// certificate that the second names.
absl::StatusOr<ExitCode> AttachCertificate(Call& call, Attachable kind);
absl::StatusOr<ExitCode> DetachCertificate(Call& call, Attachable kind);

}  // namespace cli
