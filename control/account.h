// The account as it is: the registry, and what its entries refer to seen from the other end. Every
// look costs the same however much is registered.
//
// Thread rule: none of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "policy/registry.h"
#include "policy/registry_journal.h"

namespace control {

class Account {
 public:
  using Names = absl::btree_set<std::string>;
  // By when they were made; those of which that is not known come first.
  using ByTime = absl::btree_set<std::pair<int64_t, std::string>>;

  explicit Account(std::shared_ptr<policy::Registry> registry);

  const policy::Registry& registry() const { return *registry_; }

  // None for what is not there. They live until the account is changed. Principals are ids of
  // certificates and of identities of Cognito.
  const Names& PrincipalsOfThing(absl::string_view thing) const;
  const Names& PrincipalsOfPolicy(absl::string_view policy) const;
  const Names& CertificatesOfCa(absl::string_view ca) const;
  const Names& GroupsOfPolicy(absl::string_view policy) const;
  const Names& KeysOfPolicy(absl::string_view policy) const;
  const Names& ThingsOfType(absl::string_view type) const;
  const Names& ThingsInGroup(absl::string_view group) const;
  const Names& ChildrenOfGroup(absl::string_view group) const;
  const ByTime& certificates_by_time() const { return certificates_by_time_; }
  const ByTime& cas_by_time() const { return cas_by_time_; }
  const ByTime& policies_by_time() const { return policies_by_time_; }
  // Certificates that go by themselves, by when.
  const ByTime& certificates_that_go() const { return certificates_that_go_; }

  // Fails with a Fault that names the entry; those before it have changed.
  absl::Status Apply(absl::Span<const policy::EntryChange> changes);

 private:
  enum Relation : size_t {
    kThingPrincipals,
    kPolicyPrincipals,
    kCaCertificates,
    kPolicyGroups,
    kPolicyKeys,
    kTypeThings,
    kGroupThings,
    kGroupChildren,
    kRelations,
  };

  const Names& Related(Relation relation, absl::string_view of) const;
  // Notes what an entry refers to, or forgets it.
  void Note(policy::RegistryPart part, absl::string_view name, bool is_there);
  void Relate(Relation relation, absl::string_view of, absl::string_view name, bool is_there);
  void RelateAll(Relation relation, const std::vector<policy::Reference>& of,
                 absl::string_view name, bool is_there);
  int64_t PolicyCreated(absl::string_view name) const;

  std::shared_ptr<policy::Registry> registry_;
  absl::flat_hash_map<std::string, Names> relations_[kRelations];
  ByTime certificates_by_time_;
  ByTime certificates_that_go_;
  ByTime cas_by_time_;
  ByTime policies_by_time_;
};

}  // namespace control
