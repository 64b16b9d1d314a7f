// What a device is given, in a folder of its own:
//
//   certificate.pem, private.key (mode 0600), certificate_id
//
// The folder appears complete or not at all, and is used again as long as it is good.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "identity/authority.h"

namespace cli {

class KeyFolder {
 public:
  explicit KeyFolder(std::string path) : path_(std::move(path)) {}

  const std::string& path() const { return path_; }
  std::string certificate() const { return path_ + "/certificate.pem"; }
  std::string key() const { return path_ + "/private.key"; }

  // The id of the certificate that lies there, with or without its key; nothing if there is none.
  std::optional<std::string> CertificateId() const;

  // Whether certificate and key are a pair that `authority` vouches for. A key that is not ours to
  // read is taken on trust.
  bool IsGood(const identity::Authority& authority, int64_t now) const;

  // Puts `pair` there, in place of what is there. A crash leaves the old folder or the new one;
  // what an earlier crash left beside it is removed. Root works as the owner of the folder around
  // it, here and in Remove.
  absl::Status Place(const identity::KeyPair& pair) const;

  // Gives the key its mode, should it have another; not if that is not ours to do.
  void CloseKey() const;

  // Takes it away, if it is there.
  absl::Status Remove() const;

 private:
  absl::Status Exchange(const identity::KeyPair& pair, const std::string& parent) const;

  std::string path_;
};

}  // namespace cli
