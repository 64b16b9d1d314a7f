#include "identity/link_secret.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "policy/text_file.h"

namespace identity {
namespace {

absl::Status SecretFault(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(what, ": a file is wanted that holds a secret of ",
                                                 kLinkSecretBytesMin, " to ", kLinkSecretBytesMax,
                                                 " characters"));
}

}  // namespace

absl::StatusOr<std::string> ReadLinkSecret(const std::string& path) {
  const auto text = policy::ReadTextFile(path, /*refused=*/0);
  if (!text.ok()) return SecretFault(text.status().message());
  std::string secret(absl::StripAsciiWhitespace(*text));
  if (secret.size() < kLinkSecretBytesMin) return SecretFault(" is too short");
  if (secret.size() > kLinkSecretBytesMax) return SecretFault(" is too long");
  if (secret.find('\0') != std::string::npos) return SecretFault(" is no text");
  return secret;
}

}  // namespace identity
