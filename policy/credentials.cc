#include "policy/credentials.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "policy/entry_json.h"
#include "policy/registry_entry.h"
#include "policy/registry_writer.h"
#include "policy/text_file.h"

namespace policy {
namespace {

constexpr absl::string_view kSuffix = ".json";
constexpr absl::string_view kIdPrefix = "AKIA";
constexpr absl::string_view kSecretAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr mode_t kOpenToOthers = S_IRWXG | S_IRWXO;

// `count` characters of an alphabet whose size is a power of two.
std::string RandomText(size_t count, absl::string_view alphabet) {
  std::string text(count, '\0');
  // Up to 256 bytes come whole or not at all; without randomness no key may be made.
  if (getrandom(text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) std::abort();
  for (char& c : text) c = alphabet[static_cast<unsigned char>(c) % alphabet.size()];
  return text;
}

std::string PathOf(const std::string& folder, absl::string_view id) {
  return absl::StrCat(folder, "/", id, kSuffix);
}

absl::Status SystemError(const std::string& path, absl::string_view what) {
  return absl::InternalError(absl::StrCat(path, " ", what, ": ", strerror(errno)));
}

bool IsSessionToken(absl::string_view text) {
  return text.size() <= kSessionTokenBytesMax &&
         std::all_of(text.begin(), text.end(), absl::ascii_isgraph);
}

absl::Status CheckId(absl::string_view id) {
  if (IsAccessKeyId(id)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "\"", id, "\" is no access key id: AKIA and 16 more upper-case letters or digits"));
}

absl::Status MakeSecretFolder(const std::string& folder) {
  if (mkdir(folder.c_str(), kCredentialsFolderMode) == 0 || errno == EEXIST) {
    return absl::OkStatus();
  }
  return SystemError(folder, "cannot be made");
}

}  // namespace

bool IsAccessKeyId(absl::string_view text) {
  return text.size() == kAccessKeyIdBytes && absl::StartsWith(text, kIdPrefix) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return absl::ascii_isupper(byte) || absl::ascii_isdigit(byte);
         });
}

absl::StatusOr<CredentialEntry> ParseCredential(absl::string_view text) {
  constexpr absl::string_view kKnown[] = {"secretAccessKey", "status",       "policies",
                                          "description",     "sessionToken", "identityId",
                                          "authenticated"};
  const auto root = ParseEntry(text, "a credential", kKnown);
  if (!root.ok()) return root.status();
  CredentialEntry entry;
  if (auto s = ReadString(*root, "secretAccessKey", entry.secret); !s.ok()) return s;
  if (entry.secret.size() != kSecretAccessKeyBytes ||
      entry.secret.find_first_not_of(std::string(kSecretAlphabet)) != std::string::npos) {
    const Node* const secret = root->Find("secretAccessKey");
    return Fault(secret == nullptr ? root->place : secret->place,
                 absl::StrCat("\"secretAccessKey\" must be ", kSecretAccessKeyBytes,
                              " letters, digits, + and /"));
  }
  if (auto s = ReadStatus(*root, entry.active); !s.ok()) return s;
  if (auto s = ReadString(*root, "description", entry.description); !s.ok()) return s;
  if (auto s = ReadString(*root, "sessionToken", entry.session_token); !s.ok()) return s;
  if (!IsSessionToken(entry.session_token)) {
    return Fault(root->Find("sessionToken")->place,
                 absl::StrCat("\"sessionToken\" has at most ", kSessionTokenBytesMax,
                              " visible characters of ASCII"));
  }
  if (auto s = ReadKeyIdentity(*root, entry.identity); !s.ok()) return s;
  if (auto s = ReadPolicies(*root, kPoliciesPerPrincipalMax, "a credential", entry.policies);
      !s.ok()) {
    return s;
  }
  return entry;
}

std::string PrintCredential(const CredentialEntry& entry) {
  return EntryText()
      .Text("description", entry.description)
      .Status(entry.active)
      .Text("secretAccessKey", entry.secret)
      .List("policies", entry.policies)
      .Text("sessionToken", entry.session_token)
      .Identity(entry.identity)
      .Finish();
}

std::string NewAccessKeyId() {
  return absl::StrCat(kIdPrefix, RandomText(kAccessKeyIdBytes - kIdPrefix.size(),
                                            "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"));
}

std::string NewSecretAccessKey() { return RandomText(kSecretAccessKeyBytes, kSecretAlphabet); }

const Credential* Credentials::Find(absl::string_view id) const {
  const auto found = keys_.find(id);
  return found == keys_.end() ? nullptr : &found->second;
}

absl::StatusOr<std::vector<std::string>> ListCredentials(const std::string& folder) {
  std::vector<std::string> ids;
  DIR* const listing = opendir(folder.c_str());
  if (listing == nullptr) {
    if (errno == ENOENT) return ids;
    return SystemError(folder, "cannot be listed");
  }
  const auto closed = absl::MakeCleanup([listing] { closedir(listing); });
  while (const dirent* const entry = readdir(listing)) {
    absl::string_view file = entry->d_name;
    if (absl::ConsumeSuffix(&file, kSuffix)) ids.emplace_back(file);
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

absl::StatusOr<CredentialEntry> ReadCredential(const std::string& folder, absl::string_view id) {
  if (auto s = CheckId(id); !s.ok()) return s;
  const std::string path = PathOf(folder, id);
  if (access(path.c_str(), F_OK) != 0 && errno == ENOENT) {
    return absl::NotFoundError(absl::StrCat(path, " is not there"));
  }
  const auto text = ReadTextFile(path, kOpenToOthers);
  if (!text.ok()) return absl::InvalidArgumentError(absl::StrCat(path, text.status().message()));
  auto entry = ParseCredential(*text);
  if (entry.ok()) return entry;
  return absl::InvalidArgumentError(absl::StrCat(path, ":", entry.status().message()));
}

absl::StatusOr<std::shared_ptr<const Credentials>> LoadCredentials(const std::string& folder,
                                                                   const Registry& registry) {
  struct stat facts = {};
  if (stat(folder.c_str(), &facts) != 0 || !S_ISDIR(facts.st_mode)) {
    return absl::NotFoundError(absl::StrCat("\"", folder, "\" is not a folder"));
  }
  if (auto fault = ModeFault(facts.st_mode, kOpenToOthers); !fault.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(folder, fault));
  }
  const auto ids = ListCredentials(folder);
  if (!ids.ok()) return ids.status();
  std::vector<std::string> faults;
  const auto credentials = std::make_shared<Credentials>();
  for (const std::string& id : *ids) {
    auto entry = ReadCredential(folder, id);
    if (!entry.ok()) {
      faults.emplace_back(entry.status().message());
      continue;
    }
    for (const Reference& reference : entry->policies) {
      if (registry.FindPolicy(reference.name) != nullptr) continue;
      faults.push_back(absl::StrCat(PathOf(folder, id), ":", PlaceText(reference.place),
                                    ": there is no policy \"", reference.name, "\""));
    }
    Credential key{.id = id,
                   .secret = std::move(entry->secret),
                   .active = entry->active,
                   .policies = std::move(entry->policies),
                   .session_token = std::move(entry->session_token),
                   .identity = std::move(entry->identity)};
    credentials->keys_.emplace(id, std::move(key));
  }
  if (!faults.empty()) {
    faults.resize(std::min(faults.size(), kFaultsShownMax));
    return absl::InvalidArgumentError(absl::StrJoin(faults, "\n"));
  }
  return credentials;
}

absl::StatusOr<bool> PutCredential(const std::string& folder, absl::string_view id,
                                   const CredentialEntry& entry) {
  if (auto s = CheckId(id); !s.ok()) return s;
  const std::string text = PrintCredential(entry);
  if (const auto again = ParseCredential(text); !again.ok()) return again.status();
  const std::string path = PathOf(folder, id);
  if (const auto old = ReadTextFile(path, kOpenToOthers); old.ok() && *old == text) return false;
  if (auto s = MakeSecretFolder(folder); !s.ok()) return s;
  if (auto s = WriteFileAtomically(path, text, kKeyMode); !s.ok()) return s;
  return true;
}

absl::StatusOr<bool> RemoveCredential(const std::string& folder, absl::string_view id) {
  if (auto s = CheckId(id); !s.ok()) return s;
  const std::string path = PathOf(folder, id);
  if (unlink(path.c_str()) == 0) return true;
  if (errno == ENOENT) return false;
  return SystemError(path, "cannot be removed");
}

}  // namespace policy
