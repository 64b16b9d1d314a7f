// The registry as a folder that a person can read and keep in git:
//
//   registry/things/NAME.json          a thing
//   registry/policies/NAME.json        a policy document, as AWS takes and gives it
//   registry/certificates/ID.json      a certificate's status and attachments
//
// Only files that end in ".json" are read; a missing sub-folder is an empty one.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "policy/registry.h"

namespace policy {

// Sub-folders, in the order they are read.
enum class RegistryPart : uint8_t { kThings, kPolicies, kCertificates };
absl::string_view PartFolder(RegistryPart part);  // "things" and so on

// Reads a whole registry. Either all of it is right, or the status names each fault as
// "things/lamp1.json:3:5: reason"; NotFound if `folder` is not there. A file or folder that every
// user of the machine may write to is a fault: whoever writes here decides who may connect.
absl::StatusOr<std::shared_ptr<const Registry>> LoadRegistry(const std::string& folder);

}  // namespace policy
