// Keys for AWS Signature Version 4, with which HTTPS clients sign (docs/https.md). They are secret,
// so they have a folder of their own beside the registry:
//
//   credentials/AKIA….json   {"secretAccessKey": "…", "status": "ACTIVE", "policies": ["p"]}
//
// Folder and files are their owner's alone (0700 and 0600), or nothing is read. "description" may
// be there for people, "sessionToken" where one must come with the key, and "identityId" where it
// stands for an identity of Cognito. The policies are those of the registry.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/container/node_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "policy/registry.h"
#include "policy/registry_entry.h"

namespace policy {

inline constexpr size_t kAccessKeyIdBytes = 20;
inline constexpr size_t kSecretAccessKeyBytes = 40;
inline constexpr size_t kSessionTokenBytesMax = 2048;
inline constexpr mode_t kCredentialsFolderMode = 0700;

// AKIA and 16 more upper-case letters or digits.
bool IsAccessKeyId(absl::string_view text);

struct CredentialEntry {
  std::string secret;  // 40 characters of base64's alphabet
  bool active = false;
  std::vector<Reference> policies;
  std::string description;
  std::string session_token;  // that must come with it, as of temporary credentials; empty: none
  KeyIdentity identity{};
};

// Fails with a Fault ("line:column: reason"), which never shows the secret.
absl::StatusOr<CredentialEntry> ParseCredential(absl::string_view text);
std::string PrintCredential(const CredentialEntry& entry);

// From the system's source of randomness.
std::string NewAccessKeyId();
std::string NewSecretAccessKey();

// One key, ready to be asked.
struct Credential {
  std::string id;
  std::string secret;
  bool active = false;
  std::vector<Reference> policies;
  std::string session_token;  // empty: none
  KeyIdentity identity{};
};

// All keys. Immutable, so it may be read from any thread; a reload builds a new one.
class Credentials {
 public:
  // Null for a key that is not there.
  const Credential* Find(absl::string_view id) const;
  size_t size() const { return keys_.size(); }
  const absl::node_hash_map<std::string, Credential>& keys() const { return keys_; }

 private:
  friend absl::StatusOr<std::shared_ptr<const Credentials>> LoadCredentials(
      const std::string& folder, const Registry& registry);

  absl::node_hash_map<std::string, Credential> keys_;
};

// Either all of it is right, or the status names each fault as "AKIA….json:3:5: reason"; NotFound
// if the folder is not there. A policy that the registry does not have is a fault, and so is a file
// or folder that others than its owner have access to.
absl::StatusOr<std::shared_ptr<const Credentials>> LoadCredentials(const std::string& folder,
                                                                   const Registry& registry);

// One entry, as a program that changes it reads it. NotFound: there is none.
absl::StatusOr<CredentialEntry> ReadCredential(const std::string& folder, absl::string_view id);

// The ids of all keys, in their order. A folder that is not there has none.
absl::StatusOr<std::vector<std::string>> ListCredentials(const std::string& folder);

// As in registry_writer.h: each is idempotent, gives whether anything changed, and leaves the old
// entry or the new one, whole. The folder is made when it is missing.
absl::StatusOr<bool> PutCredential(const std::string& folder, absl::string_view id,
                                   const CredentialEntry& entry);
absl::StatusOr<bool> RemoveCredential(const std::string& folder, absl::string_view id);

}  // namespace policy
