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

// The same in small steps, for a caller that serves others meanwhile.
class RegistryReader {
 public:
  // Reads and lists nothing yet.
  static absl::StatusOr<RegistryReader> Open(const std::string& folder);

  // Lists one sub-folder, reads up to `files` more files, or resolves as many certificates; true
  // once Finish has nothing left to do.
  bool Step(size_t files);

  absl::StatusOr<std::shared_ptr<const Registry>> Finish();

 private:
  struct File {
    RegistryPart part;
    std::string name;  // without ".json"
  };

  explicit RegistryReader(std::string folder) : folder_(std::move(folder)) {}

  void List(RegistryPart part);
  void Read(const File& file);

  std::string folder_;
  size_t listed_ = 0;  // sub-folders
  std::vector<File> files_;
  size_t read_ = 0;
  RegistryBuilder builder_;
};

}  // namespace policy
