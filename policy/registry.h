// Who belongs: certificates, things, policies, and what is attached to what.
//
// Thread rule: none of its own. Entries are immutable and shared: one that was found may be used as
// long as its pointer is held, whatever becomes of the registry.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/btree_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "policy/document.h"
#include "policy/entry.h"
#include "policy/registry_part.h"

namespace policy {

class Registry {
 public:
  // In the order of their names.
  template <typename Entry>
  using Map = absl::btree_map<std::string, std::shared_ptr<const Entry>, std::less<>>;

  // Null for what is not registered. A pointer lives until its entry is changed.
  const Certificate* FindCertificate(absl::string_view id) const { return Find(certificates_, id); }
  const Thing* FindThing(absl::string_view name) const { return Find(things_, name); }
  const ThingType* FindThingType(absl::string_view name) const { return Find(types_, name); }
  const ThingGroup* FindThingGroup(absl::string_view name) const { return Find(groups_, name); }
  const Document* FindPolicy(absl::string_view name) const { return Find(policies_, name); }
  const PolicyVersions* FindVersions(absl::string_view name) const { return Find(versions_, name); }
  const Identity* FindIdentity(absl::string_view id) const { return Find(identities_, id); }
  const CaCertificate* FindCa(absl::string_view id) const { return Find(cas_, id); }
  const ProvisioningTemplate* FindTemplate(absl::string_view name) const {
    return Find(templates_, name);
  }
  const AccessKey* FindKey(absl::string_view id) const { return Find(keys_, id); }
  const Settings& settings() const { return *settings_; }

  const Map<Certificate>& certificates() const { return certificates_; }
  const Map<Thing>& things() const { return things_; }
  const Map<ThingType>& thing_types() const { return types_; }
  const Map<ThingGroup>& thing_groups() const { return groups_; }
  const Map<Document>& policies() const { return policies_; }
  const Map<Identity>& identities() const { return identities_; }
  const Map<CaCertificate>& cas() const { return cas_; }
  const Map<ProvisioningTemplate>& templates() const { return templates_; }
  const Map<AccessKey>& keys() const { return keys_; }

  // The ids of the keys that stand for an identity. They live until a key is changed.
  using Names = absl::btree_set<std::string>;
  const Names& KeysOfIdentity(absl::string_view id) const;

  // Puts an entry, by the text of its file, in the place of the one that is there. Fails with a
  // Fault, and then nothing changes. What it refers to need not be there: then it has no effect.
  absl::Status Put(RegistryPart part, absl::string_view name, absl::string_view text);
  void Remove(RegistryPart part, absl::string_view name);

  // Whether the entry is what its file says, which is `text`, or not there. Of a document only
  // whether it is there is looked at.
  bool IsAsIn(RegistryPart part, absl::string_view name,
              const std::optional<std::string>& text) const;

 private:
  absl::Status PutKey(absl::string_view id, absl::string_view text);
  void RemoveKey(absl::string_view id);

  // As PrintThing and so on have it; nothing: it is not there.
  std::optional<std::string> TextOf(RegistryPart part, absl::string_view name) const;

  friend class RegistryBuilder;

  template <typename Entry>
  static const Entry* Find(const Map<Entry>& map, absl::string_view name) {
    const auto found = map.find(name);
    return found == map.end() ? nullptr : found->second.get();
  }

  Map<Certificate> certificates_;
  Map<Thing> things_;
  Map<ThingType> types_;
  Map<ThingGroup> groups_;
  Map<Document> policies_;
  Map<PolicyVersions> versions_;
  Map<Identity> identities_;
  Map<CaCertificate> cas_;
  Map<ProvisioningTemplate> templates_;
  Map<AccessKey> keys_;
  absl::btree_map<std::string, Names, std::less<>> keys_of_identities_;
  std::shared_ptr<const Settings> settings_ = std::make_shared<const Settings>();
};

// The thing that `Connection::thing` must be: the one of a certificate's or identity's things that
// is called as the client calls itself; null if there is none.
std::shared_ptr<const Thing> AttachedThing(const Registry& registry,
                                           const std::vector<Reference>& things,
                                           absl::string_view client_id);

using Policies = std::vector<std::shared_ptr<const Document>>;

// The documents that hold for whom `attached` is attached to, in that order, and behind them, for a
// connection that stands for `thing`, those of the thing's groups and of the groups above them
// (GR6). `thing` may be null.
Policies PoliciesOf(const Registry& registry, const std::vector<Reference>& attached,
                    const Thing* thing);

// The same for a certificate. What is attached to a claim (F5) does not count.
Policies PoliciesOf(const Registry& registry, const Certificate& certificate, const Thing* thing);

// The group and those above it, up to its root; empty for one that is not there. In a hierarchy
// that people wrote as a circle no more than kGroupDepthMax.
std::vector<const ThingGroup*> GroupsUpFrom(const Registry& registry, absl::string_view group);

// The same as Decide (evaluate.h) asks for them; they live as long as `policies`.
std::vector<const Document*> Borrow(const Policies& policies);

// Takes the files' texts in any order and gives a registry only if all of it is right.
class RegistryBuilder {
 public:
  void Add(RegistryPart part, absl::string_view name, absl::string_view text);

  // A fault that was found outside the texts, such as a file that cannot be read.
  void AddFault(absl::string_view file, absl::string_view reason);

  // Fails with InvalidArgument, a line of "file:line:column: reason" for each fault, of which the
  // first kFaultsShownMax are shown. Call it once.
  absl::StatusOr<std::shared_ptr<Registry>> Finish();

 private:
  // Looks up what entries refer to.
  void Resolve();
  template <typename Entry>
  void Look(RegistryPart part, absl::string_view name, absl::string_view what,
            const std::vector<Reference>& references, const Registry::Map<Entry>& among);

  std::shared_ptr<Registry> registry_ = std::make_shared<Registry>();
  size_t fault_count_ = 0;
  std::vector<std::string> faults_;
};

inline constexpr size_t kFaultsShownMax = 20;

// Groups above one another are looked at this far (AWS's limit on the depth of a hierarchy).
inline constexpr size_t kGroupDepthMax = 7;

}  // namespace policy
