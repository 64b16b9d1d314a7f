#include "control/account.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "absl/strings/str_cat.h"
#include "policy/registry_entry.h"

namespace control {
namespace {

using policy::EntryChange;
using policy::RegistryPart;

const std::vector<std::string> kThings = {"a", "b", "c"};
const std::vector<std::string> kPolicies = {"p", "q"};
const std::vector<std::string> kIds = {std::string(64, '1'), std::string(64, '2')};
const std::vector<std::string> kIdentities = {"us-east-1:0a1b2c3d-1111-4222-8333-444455556666",
                                              "eu-west-1:0a1b2c3d-1111-4222-8333-444455556666"};

// Changes at random, as one of few entries meets another.
class Changes {
 public:
  EntryChange Next() {
    switch (random_() % 5) {
      case 0:
        return Or({RegistryPart::kThings, One(kThings),
                   policy::PrintThing({.name = "",
                                       .type_name = Flip() ? "type" : "",
                                       .groups = References({"g", "h"})})});
      case 1:
        return Or(
            {RegistryPart::kThingGroups, Flip() ? "g" : "h",
             policy::PrintThingGroup(
                 {.name = "", .parent = Flip() ? "root" : "", .policies = References(kPolicies)})});
      case 2: {
        policy::Certificate certificate{
            .id = "", .things = References(kThings), .policies = References(kPolicies)};
        certificate.created = static_cast<int64_t>(random_() % 3);
        certificate.ca_id = Flip() ? "ca" : "";
        return Or({RegistryPart::kCertificates, One(kIds), policy::PrintCertificate(certificate)});
      }
      case 3:
        return Or(
            {RegistryPart::kIdentities, One(kIdentities),
             policy::PrintIdentity(
                 {.id = "", .things = References(kThings), .policies = References(kPolicies)})});
      default:
        return Or({RegistryPart::kKeys, "AKIAIOSFODNN7EXAMPLE",
                   policy::PrintAccessKey({.id = "", .policies = References(kPolicies)})});
    }
  }

 private:
  bool Flip() { return random_() % 2 == 0; }
  const std::string& One(const std::vector<std::string>& of) { return of[random_() % of.size()]; }
  std::vector<policy::Reference> References(const std::vector<std::string>& names) {
    std::vector<policy::Reference> some;
    for (const std::string& name : names) {
      if (Flip()) some.push_back({name});
    }
    return some;
  }
  EntryChange Or(EntryChange change) {
    if (random_() % 4 == 0) change.text.reset();
    return change;
  }

  std::mt19937 random_{20261129};
};

std::string Told(const Account& account) {
  std::string told;
  const auto add = [&told](absl::string_view what, const Account::Names& names) {
    absl::StrAppend(&told, what, ":");
    for (const std::string& name : names) absl::StrAppend(&told, " ", name);
    told += "\n";
  };
  for (const std::string& thing : kThings) add(thing, account.PrincipalsOfThing(thing));
  for (const std::string& policy : kPolicies) {
    add(policy, account.PrincipalsOfPolicy(policy));
    add(policy, account.GroupsOfPolicy(policy));
    add(policy, account.KeysOfPolicy(policy));
  }
  add("ca", account.CertificatesOfCa("ca"));
  add("type", account.ThingsOfType("type"));
  add("g", account.ThingsInGroup("g"));
  add("h", account.ThingsInGroup("h"));
  add("root", account.ChildrenOfGroup("root"));
  for (const auto& [time, id] : account.certificates_by_time()) absl::StrAppend(&told, time, id);
  return told;
}

TEST(Account, WhatIsKnownFromTheOtherEndIsWhatTheEntriesSay) {
  Account account(std::make_shared<policy::Registry>());
  std::map<std::pair<RegistryPart, std::string>, std::string> entries;
  Changes changes;
  for (int i = 0; i < 500; ++i) {
    const EntryChange change = changes.Next();
    const absl::Status status = account.Apply({&change, 1});
    ASSERT_TRUE(status.ok()) << status;
    if (change.text) {
      entries[{change.part, change.name}] = *change.text;
    } else {
      entries.erase({change.part, change.name});
    }
    auto registry = std::make_shared<policy::Registry>();
    for (const auto& [key, text] : entries) {
      ASSERT_TRUE(registry->Put(key.first, key.second, text).ok());
    }
    ASSERT_EQ(Told(account), Told(Account(std::move(registry)))) << "after change " << i;
  }
}

TEST(Account, AnEntryThatIsNoneIsNamed) {
  Account account(std::make_shared<policy::Registry>());
  const EntryChange change = {RegistryPart::kThings, "lamp", "{"};
  EXPECT_EQ(account.Apply({&change, 1}).message().substr(0, 17), "things/lamp.json:");
}

}  // namespace
}  // namespace control
