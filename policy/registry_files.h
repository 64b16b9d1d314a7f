// The registry as a folder that a person can read and keep in git:
//
//   registry/things/NAME.json            a thing
//   registry/policies/NAME.json          a policy document, as AWS takes and gives it
//   registry/certificates/ID.json        a certificate's status and attachments
//   registry/certificates/ID.pem         the certificate itself, where it is known
//
// and so on, a sub-folder for each RegistryPart. Only files that end in ".json" are read; a missing
// sub-folder is an empty one.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "policy/registry.h"
#include "policy/registry_part.h"

namespace policy {

// Reads a whole registry, a change that a crash has interrupted included (registry_journal.h).
// Either all of it is right, or the status names each fault as "things/lamp1.json:3:5: reason";
// NotFound if `folder` is not there. A file or folder that every user of the machine may write to
// is a fault: whoever writes here decides who may connect.
absl::StatusOr<std::shared_ptr<Registry>> LoadRegistry(const std::string& folder);

// One entry's text; nothing if there is none. Fails, naming the file, on what LoadRegistry would
// refuse of the file itself.
absl::StatusOr<std::optional<std::string>> ReadEntry(const std::string& folder, RegistryPart part,
                                                     absl::string_view name);

}  // namespace policy
