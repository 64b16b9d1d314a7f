// A registry that one command changes: locked, known as a whole, and written at once.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cli/command.h"
#include "cli/registry/operation.h"
#include "control/account.h"
#include "identity/certificate.h"
#include "policy/entry_change.h"
#include "policy/registry.h"
#include "policy/registry_writer.h"

namespace cli {

// Flags of commands that only look at the registry, and of those that change it.
inline constexpr absl::string_view kLookFlags[] = {"registry"};
inline constexpr absl::string_view kEditFlags[] = {"registry", "reload", "admin_socket"};

// The folder that --registry names. InvalidArgument, saying where it can be set, if none does.
absl::StatusOr<std::string> RegistryFolder();

// The registry as it is, for commands that only look.
absl::StatusOr<std::shared_ptr<const policy::Registry>> ReadRegistry();

// The same, with what entries refer to seen from the other end.
absl::StatusOr<std::unique_ptr<const control::Account>> ReadAccount();

// OK if a thing, a policy is called so; else NotFound.
absl::Status CheckThingThere(const policy::Registry& registry, absl::string_view name);
absl::Status CheckPolicyThere(const policy::Registry& registry, absl::string_view name);

// A policy's text as it stands in its file. NotFound if the registry has none such.
absl::StatusOr<std::string> ReadPolicy(const std::string& folder, absl::string_view name);

// The certificate in a file, in PEM or DER. NotFound if the file is not there; InvalidArgument if
// it holds none.
absl::StatusOr<identity::X509Ptr> CertificateInFile(const std::string& path);

// The certificate that `text` names: an id, the beginning of just one id (6 digits or more), or a
// file in PEM or DER. NotFound if the registry has none such.
absl::StatusOr<const policy::Certificate*> FindCertificate(const policy::Registry& registry,
                                                           const std::string& text);

// What --help says of CERTIFICATE; and of a command that says whether it counts.
inline constexpr absl::string_view kCertificateDetails =
    "CERTIFICATE is an id, the beginning of one, or a file in PEM or DER.";
inline constexpr absl::string_view kCertificateStatusDetails =
    "CERTIFICATE is an id, the beginning of one, or a file in PEM or DER. A client that is "
    "connected\n"
    "with it is let go once the broker has loaded the registry.";

// The certificates that are attached to the thing, in the order of their ids.
std::vector<const policy::Certificate*> CertificatesOf(const policy::Registry& registry,
                                                       absl::string_view thing);

class RegistryEdit {
 public:
  // Locks and loads. Fails with what LoadRegistry says: a registry with faults is not changed.
  static absl::StatusOr<RegistryEdit> Begin();

  // As it is with what has been changed.
  const policy::Registry& registry() const { return account_->registry(); }

  // A policy's text.
  absl::StatusOr<std::string> PolicyText(absl::string_view name) const;

  // Performs an operation of the control plane, and gives its answer. What it refuses is not done.
  absl::StatusOr<std::string> Perform(const Asked& asked);

  // Changes an entry by hand; what LoadRegistry would refuse of the entry by itself is
  // InvalidArgument.
  absl::Status Change(policy::EntryChange change);
  absl::Status Remove(policy::RegistryPart part, absl::string_view name);

  // A new certificate's entry, with its dates, as the control plane makes it.
  policy::Certificate NewCertificate(absl::string_view id) const;

  // Keeps the entry, and beside it the certificate itself, in PEM.
  absl::Status KeepCertificate(const policy::Certificate& entry, absl::string_view pem);
  // Both go, attachments and all.
  absl::Status RemoveCertificate(absl::string_view certificate);

  // Whether anything differs from what it was at the beginning.
  bool changed() const { return !changes_.empty(); }

  // Writes all that was changed, or nothing of it whatever crashes; root as the folder's owner.
  absl::Status Write();

  // To be called at the end: writes what is not yet written, lets go of the registry, and has
  // shadowd and the broker go by what was changed, or says how to.
  absl::Status Finish(Call& call);

 private:
  RegistryEdit(std::string folder, policy::RegistryLock lock,
               std::shared_ptr<policy::Registry> before)
      : folder_(std::move(folder)),
        lock_(std::move(lock)),
        account_(std::make_unique<control::Account>(std::move(before))) {}

  control::Surroundings Here() const;
  // As it will stand in its file.
  absl::StatusOr<std::optional<std::string>> TextOf(policy::RegistryPart part,
                                                    absl::string_view name) const;

  std::string folder_;
  std::optional<policy::RegistryLock> lock_;  // nothing: all is written, and it was let go
  std::unique_ptr<control::Account> account_;
  std::vector<policy::EntryChange> changes_;  // an entry once
};

// Performs operations on the registry, and finishes the edit.
absl::StatusOr<ExitCode> PerformOnRegistry(Call& call, absl::Span<const Asked> all);

// The same of one that deletes: what is not there is done.
absl::StatusOr<ExitCode> DeleteOnRegistry(Call& call, const Asked& asked);

}  // namespace cli
