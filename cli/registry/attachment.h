// What certificates are attached to.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cli/command.h"
#include "cli/registry/edit.h"

namespace cli {

enum class Attachable { kThing, kPolicy };

// Attaches a registered certificate to each, in this order. NotFound for the first that the
// registry has not, InvalidArgument and so on as the control plane refuses it.
absl::Status AttachAll(RegistryEdit& edit, Attachable kind, absl::Span<const std::string> names,
                       absl::string_view certificate_id);

// `thing attach`, `policy detach` and so on: the first argument's thing or policy, and the
// certificate that the second names.
absl::StatusOr<ExitCode> AttachCertificate(Call& call, Attachable kind);
absl::StatusOr<ExitCode> DetachCertificate(Call& call, Attachable kind);

}  // namespace cli
