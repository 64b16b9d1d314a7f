#include "service/account/trust.h"

#include <gmock/gmock.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "identity/issuer.h"
#include "policy/registry_entry.h"
#include "tests/storage/scratch_folder.h"

namespace service {
namespace {

using policy::RegistryPart;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

// What was logged while it stood, on the standard error.
class Logged {
 public:
  Logged() { testing::internal::CaptureStderr(); }
  std::string Take() { return testing::internal::GetCapturedStderr(); }
};

class TrustTest : public testing::Test {
 protected:
  static identity::KeyPair NewAuthority() { return *identity::MakeAuthority(std::time(nullptr)); }

  static policy::EntryChange CaOf(const identity::KeyPair& pair) {
    return {RegistryPart::kCaCertificatePems, pair.id, pair.certificate};
  }
  // Of a certificate that is registered without an authority.
  static std::vector<policy::EntryChange> WithoutCa(const std::string& id, const std::string& pem) {
    policy::Certificate entry{.id = id};
    entry.sni_only = true;
    return {{RegistryPart::kCertificatePems, id, pem},
            {RegistryPart::kCertificates, id, policy::PrintCertificate(entry)}};
  }

  std::vector<std::string> Files() const {
    std::vector<std::string> names;
    if (!std::filesystem::exists(folder_)) return names;
    for (const auto& one : std::filesystem::directory_iterator(folder_)) {
      names.push_back(one.path().filename());
    }
    return names;
  }
  std::string TextIn(const std::string& name) const {
    const std::ifstream file(folder_ + "/" + name, std::ios::binary);
    return (std::stringstream() << file.rdbuf()).str();
  }

  const storage::ScratchFolder scratch_;
  const std::string folder_ = scratch_.In("trusted");
  const identity::KeyPair ours_ = NewAuthority();
  Log log_{LogLevel::kInfo, LogFormat::kText};
  const Trust trust_{{.capath = folder_, .authority = ours_.certificate, .registry = "/registry"},
                     log_};
};

TEST_F(TrustTest, ARegisteredAuthorityLiesWhereTlsLooksForIt) {
  const identity::KeyPair one = NewAuthority();
  trust_.SeeTo({{CaOf(one)}});
  const auto read = identity::ReadPresented(one.certificate);
  EXPECT_THAT(Files(), UnorderedElementsAre(read->subject_hash + ".0"));
  EXPECT_EQ(TextIn(read->subject_hash + ".0"), one.certificate);
  trust_.SeeTo({{CaOf(one)}});
  EXPECT_EQ(Files().size(), 1u);
}

TEST_F(TrustTest, AuthoritiesOfOneNameStandBesideEachOther) {
  const std::string hash = identity::ReadPresented(ours_.certificate)->subject_hash;
  const identity::KeyPair second = NewAuthority();
  trust_.SeeTo({{CaOf(NewAuthority())}});
  Logged logged;
  trust_.SeeTo({{CaOf(second)}});
  EXPECT_THAT(Files(), UnorderedElementsAre(hash + ".0", hash + ".1"));
  EXPECT_THAT(logged.Take(), testing::AllOf(HasSubstr("authority_not_trusted"),
                                            HasSubstr(second.id), HasSubstr("restart the broker")));
}

TEST_F(TrustTest, WhatTheCafileHoldsIsNotRepeated) {
  trust_.SeeTo({{CaOf(ours_)}});
  EXPECT_THAT(Files(), IsEmpty());
}

TEST_F(TrustTest, ACertificateThatSignedItselfIsItsOwnAuthority) {
  const identity::KeyPair own = NewAuthority();
  trust_.SeeTo(WithoutCa(own.id, own.certificate));
  EXPECT_EQ(Files().size(), 1u);
}

TEST_F(TrustTest, OfAnUnknownIssuerTheLogSaysSo) {
  const identity::KeyPair foreign = NewAuthority();
  const auto certificate = identity::ParseCertificate(foreign.certificate);
  const auto issuer = identity::Issuer::Of(**certificate, foreign.key);
  const auto leaf = issuer->Issue(identity::KeyKind::kEcP256, std::time(nullptr));
  Logged before;
  trust_.SeeTo(WithoutCa(leaf->id, leaf->certificate));
  EXPECT_THAT(before.Take(), testing::AllOf(HasSubstr("certificate_not_trusted"),
                                            HasSubstr(leaf->id), HasSubstr("register the issuer")));
  EXPECT_THAT(Files(), IsEmpty());
  trust_.SeeTo({{CaOf(foreign)}});
  Logged after;
  trust_.SeeTo(WithoutCa(leaf->id, leaf->certificate));
  EXPECT_THAT(after.Take(), IsEmpty());
}

TEST_F(TrustTest, WithoutAFolderTheLogNamesTheAuthorityItsFileAndWhatToDo) {
  const identity::KeyPair one = NewAuthority();
  const Trust without({.registry = "/registry"}, log_);
  Logged logged;
  without.SeeTo({{CaOf(one)}});
  EXPECT_THAT(logged.Take(),
              testing::AllOf(HasSubstr("authority_not_trusted"), HasSubstr(one.id),
                             HasSubstr(absl::StrCat("/registry/ca-certificates/", one.id, ".pem")),
                             HasSubstr("restart the broker, or set broker_capath")));
}

TEST_F(TrustTest, AFolderThatCannotBeWrittenIsTold) {
  storage::WriteFile(folder_, "no folder");
  const identity::KeyPair one = NewAuthority();
  Logged logged;
  trust_.SeeTo({{CaOf(one)}});
  EXPECT_THAT(logged.Take(),
              testing::AllOf(HasSubstr("authority_not_trusted"), HasSubstr(folder_)));
}

TEST_F(TrustTest, AllThatAreRegisteredAreSeenTo) {
  const identity::KeyPair one = NewAuthority();
  policy::Registry registry;
  ASSERT_TRUE(registry.Put(RegistryPart::kCaCertificates, one.id, "{\"status\":\"ACTIVE\"}").ok());
  ASSERT_TRUE(
      registry.Put(RegistryPart::kCaCertificates, std::string(64, 'a'), "{\"status\":\"ACTIVE\"}")
          .ok());
  trust_.SeeToAll(registry, [&](RegistryPart, absl::string_view name) {
    return name == one.id ? std::optional(one.certificate) : std::nullopt;
  });
  EXPECT_EQ(Files().size(), 1u);
}

}  // namespace
}  // namespace service
