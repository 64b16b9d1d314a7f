// A registry that one command changes: locked, known as a whole, written entry by entry.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/command.h"
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

// A policy's text as it stands in its file. NotFound if the registry has none such.
absl::StatusOr<std::string> ReadPolicy(const std::string& folder, absl::string_view name);

// The id of the certificate in a file, in PEM or DER. NotFound if the file is not there;
// InvalidArgument if it holds none.
absl::StatusOr<std::string> CertificateIdInFile(const std::string& path);

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

bool IsAmong(const std::vector<policy::Reference>& references, absl::string_view name);

// The certificates that are attached to the thing, in the order of their ids.
std::vector<const policy::Certificate*> CertificatesOf(const policy::Registry& registry,
                                                       absl::string_view thing);

// The names that an entry refers to.
std::vector<std::string> NamesOf(const std::vector<policy::Reference>& references);

class RegistryEdit {
 public:
  // Locks and loads. Fails with what LoadRegistry says: a registry with faults is not changed.
  static absl::StatusOr<RegistryEdit> Begin();

  // As it was at the beginning.
  const policy::Registry& before() const { return *before_; }

  // A policy's text as it stands in its file.
  absl::StatusOr<std::string> PolicyText(absl::string_view name) const;

  // `text` is the whole entry's.
  absl::Status Put(policy::RegistryPart part, absl::string_view name, absl::string_view text);
  absl::Status PutThing(const policy::Thing& thing);
  absl::Status PutPolicy(absl::string_view name, absl::string_view text);
  absl::Status PutCertificate(const policy::Certificate& certificate);
  absl::Status Remove(policy::RegistryPart part, absl::string_view name);

  bool changed() const { return changed_; }

  // To be called at the end: has the broker load what was changed (--reload), or says how to.
  absl::Status Finish(Call& call) const;

 private:
  RegistryEdit(std::string folder, policy::RegistryLock lock,
               std::shared_ptr<const policy::Registry> before)
      : folder_(std::move(folder)), lock_(std::move(lock)), before_(std::move(before)) {}

  // Does and notes it; root as the owner of the part's folder.
  absl::Status Change(policy::RegistryPart part, absl::FunctionRef<absl::StatusOr<bool>()> change);

  std::string folder_;
  policy::RegistryLock lock_;
  std::shared_ptr<const policy::Registry> before_;
  bool changed_ = false;
};

// Changes what stands of the certificate that `text` names, and finishes the edit.
absl::StatusOr<ExitCode> ChangeCertificate(RegistryEdit& edit, Call& call, const std::string& text,
                                           absl::FunctionRef<void(policy::Certificate&)> change);

}  // namespace cli
