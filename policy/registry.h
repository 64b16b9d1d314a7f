// Who belongs: certificates, things, policies, and what is attached to what. Immutable once built,
// so it may be read from any thread; a reload builds a new one.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/container/node_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "policy/document.h"
#include "policy/registry_entry.h"
#include "policy/thing.h"

namespace policy {

struct Certificate {
  std::string id;  // SHA-256 of the DER in lower-case hex
  bool active = false;
  std::vector<const Thing*> things;
  std::vector<const Document*> policies;
  std::string description;
};

class Registry {
 public:
  template <typename Entry>
  using Map = absl::node_hash_map<std::string, Entry>;

  // Null for what is not registered. The pointers live as long as the registry.
  const Certificate* FindCertificate(absl::string_view id) const { return Find(certificates_, id); }
  const Thing* FindThing(absl::string_view name) const { return Find(things_, name); }
  const Document* FindPolicy(absl::string_view name) const { return Find(policies_, name); }

  // In no order.
  const Map<Certificate>& certificates() const { return certificates_; }
  const Map<Thing>& things() const { return things_; }
  const Map<Document>& policies() const { return policies_; }

 private:
  friend class RegistryBuilder;
  Registry() = default;

  template <typename Entry>
  static const Entry* Find(const Map<Entry>& map, absl::string_view name) {
    const auto found = map.find(name);
    return found == map.end() ? nullptr : &found->second;
  }

  Map<Certificate> certificates_;
  Map<Thing> things_;
  Map<Document> policies_;
};

// The thing that `Connection::thing` must be: the one of the certificate's that is called as the
// client calls itself; null if there is none.
const Thing* AttachedThing(const Certificate& certificate, absl::string_view client_id);

// Takes the files' texts in any order and gives a registry only if all of it is right. `file` is
// what faults call the file.
class RegistryBuilder {
 public:
  RegistryBuilder();

  void AddThing(absl::string_view file, absl::string_view name, absl::string_view text);
  void AddPolicy(absl::string_view file, absl::string_view name, absl::string_view text);
  void AddCertificate(absl::string_view file, absl::string_view id, absl::string_view text);

  // A fault that was found outside the texts, such as a file that cannot be read.
  void AddFault(absl::string_view file, absl::string_view reason);

  // Fails with InvalidArgument, a line of "file:line:column: reason" for each fault, of which the
  // first kFaultsShownMax are shown. Call it once.
  absl::StatusOr<std::shared_ptr<const Registry>> Finish();

 private:
  struct Draft {
    std::string file;
    Certificate* certificate;
    CertificateEntry entry;
  };

  // Looks up what the certificates are attached to.
  void Resolve();
  template <typename Entry>
  void Look(const Draft& draft, absl::string_view what, const std::vector<Reference>& references,
            const Registry::Map<Entry>& among, std::vector<const Entry*>& out);

  std::shared_ptr<Registry> registry_;
  std::vector<Draft> drafts_;
  size_t fault_count_ = 0;
  std::vector<std::string> faults_;
};

inline constexpr size_t kFaultsShownMax = 20;

}  // namespace policy
