// The local certificate authority: a folder with ca.pem and ca.key, and what it issues
// (issuer.h tells what that looks like).
//
// Thread rule: an authority is never changed; any thread.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "identity/certificate.h"
#include "identity/issuer.h"

namespace identity {

class Authority {
 public:
  // Reads ca.pem. Fails naming the file: NotFound, PermissionDenied or InvalidArgument.
  static absl::StatusOr<Authority> Open(const std::string& folder);

  // Makes a new one in `folder`, which is there: ca.pem and ca.key, P-256, from two minutes before
  // `now` to the end of 2049. Fails with the system's reason.
  static absl::StatusOr<Authority> Make(const std::string& folder, int64_t now);

  const std::string& certificate_path() const { return certificate_path_; }

  // What issues with its key, for as long as the caller keeps it. Reads ca.key, which must be its
  // owner's alone: FailedPrecondition else; as Open if it cannot be read or is not its key.
  absl::StatusOr<Issuer> ReadIssuer() const;

  // As Issuer's of the same names, which ca.key is read for each time.
  absl::StatusOr<KeyPair> Issue(KeyKind kind, int64_t now) const;
  absl::StatusOr<IssuedCertificate> IssueFor(const SigningRequest& request, int64_t now) const;
  absl::StatusOr<KeyPair> IssueToServer(const std::string& names, int64_t now) const;

  // Whether the authority signed it and it will be valid for another month from `now`.
  bool Vouches(const x509_st& certificate, int64_t now) const;

 private:
  Authority(std::string folder, std::string certificate_path, X509Ptr certificate)
      : folder_(std::move(folder)),
        certificate_path_(std::move(certificate_path)),
        certificate_(std::move(certificate)) {}

  std::string folder_;
  std::string certificate_path_;
  X509Ptr certificate_;
};

}  // namespace identity
