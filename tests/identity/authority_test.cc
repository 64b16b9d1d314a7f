#include "identity/authority.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/storage/scratch_folder.h"

namespace identity {
namespace {

using testing::HasSubstr;

constexpr int64_t kNow = 1'800'000'000;  // in the year 2027

class AuthorityOf : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    scratch_ = new storage::ScratchFolder;
    for (const std::string name : {"ca", "other"}) {
      const std::string folder = scratch_->In(name);
      const std::string command = absl::StrCat(
          "mkdir ", folder, " && openssl req -x509 -newkey rsa:2048 -nodes -subj '/CN=", name,
          "' -days 9999 -keyout ", folder, "/ca.key -out ", folder, "/ca.pem 2>/dev/null");
      ASSERT_EQ(std::system(command.c_str()), 0);
      chmod((folder + "/ca.key").c_str(), 0600);
    }
  }
  static void TearDownTestSuite() { delete scratch_; }

  static std::string Folder(const std::string& name = "ca") { return scratch_->In(name); }

  static storage::ScratchFolder* scratch_;
};
storage::ScratchFolder* AuthorityOf::scratch_ = nullptr;

TEST_F(AuthorityOf, VouchesForWhatItIssued) {
  const auto authority = Authority::Open(Folder());
  ASSERT_TRUE(authority.ok()) << authority.status();
  for (const KeyKind kind : {KeyKind::kRsa2048, KeyKind::kEcP256}) {
    const auto pair = authority->Issue(kind, kNow);
    ASSERT_TRUE(pair.ok()) << pair.status();
    const auto certificate = ParseCertificate(pair->certificate);
    ASSERT_TRUE(certificate.ok());
    EXPECT_EQ(CertificateId(**certificate), pair->id);
    EXPECT_TRUE(IsKeyOf(pair->key, **certificate));
    EXPECT_TRUE(authority->Vouches(**certificate, kNow));
    EXPECT_FALSE(Authority::Open(Folder("other"))->Vouches(**certificate, kNow));
    const int64_t end_of_2049 = 2'524'607'999;
    EXPECT_TRUE(authority->Vouches(**certificate, end_of_2049 - 31 * 24 * 3600));
    EXPECT_FALSE(authority->Vouches(**certificate, end_of_2049 - 29 * 24 * 3600));
  }
}

TEST_F(AuthorityOf, KeysAreInTheFormsOfAws) {
  const auto authority = Authority::Open(Folder());
  EXPECT_TRUE(absl::StartsWith(authority->Issue(KeyKind::kRsa2048, kNow)->key,
                               "-----BEGIN RSA PRIVATE KEY-----"));
  EXPECT_TRUE(absl::StartsWith(authority->Issue(KeyKind::kEcP256, kNow)->key,
                               "-----BEGIN EC PRIVATE KEY-----"));
}

TEST_F(AuthorityOf, EachCertificateIsAnother) {
  const auto authority = Authority::Open(Folder());
  const auto a = authority->Issue(KeyKind::kEcP256, kNow);
  const auto b = authority->Issue(KeyKind::kEcP256, kNow);
  EXPECT_NE(a->id, b->id);
  EXPECT_FALSE(IsKeyOf(a->key, **ParseCertificate(b->certificate)));
}

TEST(NewAuthority, IssuesToDevicesAndServers) {
  const storage::ScratchFolder scratch;
  const std::string folder = scratch.In("new");
  ASSERT_EQ(mkdir(folder.c_str(), 0700), 0);
  const auto authority = Authority::Make(folder, kNow);
  ASSERT_TRUE(authority.ok()) << authority.status();
  const auto device = authority->Issue(KeyKind::kEcP256, kNow);
  const auto server = authority->IssueToServer("DNS:localhost,IP:127.0.0.1", kNow);
  ASSERT_TRUE(device.ok() && server.ok()) << device.status() << server.status();
  const auto certificate = ParseCertificate(server->certificate);
  EXPECT_TRUE(authority->Vouches(**ParseCertificate(device->certificate), kNow));
  EXPECT_TRUE(authority->Vouches(**certificate, kNow));
  EXPECT_FALSE(authority->Vouches(**certificate, kNow + 824 * 24 * 3600));
  std::ofstream(scratch.In("server.pem")) << server->certificate;
  for (const char* const name : {"-verify_hostname localhost", "-verify_ip 127.0.0.1"}) {
    const std::string verify =
        absl::StrCat("openssl verify -x509_strict -attime ", kNow, " -purpose sslserver ", name,
                     " -CAfile ", folder, "/ca.pem ", scratch.In("server.pem"), " >/dev/null");
    EXPECT_EQ(std::system(verify.c_str()), 0) << name;
  }
}

TEST(NewAuthority, IsRefusedNamesThatAreNone) {
  const storage::ScratchFolder scratch;
  const auto authority = Authority::Make(scratch.In(""), kNow);
  ASSERT_TRUE(authority.ok()) << authority.status();
  EXPECT_FALSE(authority->IssueToServer("nonsense", kNow).ok());
  EXPECT_FALSE(Authority::Make("/nowhere", kNow).ok());
}

TEST_F(AuthorityOf, AFaultNamesTheFile) {
  EXPECT_THAT(Authority::Open("/nowhere").status().message(), HasSubstr("/nowhere/ca.pem"));
  const storage::ScratchFolder scratch;
  std::ofstream(scratch.In("ca.pem")) << "no certificate";
  EXPECT_THAT(Authority::Open(scratch.In("")).status().message(), HasSubstr("ca.pem: "));
}

TEST_F(AuthorityOf, AKeyThatIsNotItsOwnOrNotItsOwnersAloneIsRefused) {
  const storage::ScratchFolder scratch;
  const std::string folder = scratch.In("mixed");
  const std::string command =
      absl::StrCat("mkdir ", folder, " && cp ", Folder(), "/ca.pem ", folder, " && cp -p ",
                   Folder("other"), "/ca.key ", folder);
  ASSERT_EQ(std::system(command.c_str()), 0);
  const auto mixed = Authority::Open(folder);
  EXPECT_THAT(mixed->Issue(KeyKind::kEcP256, kNow).status().message(),
              HasSubstr("is not the private key"));
  chmod((folder + "/ca.key").c_str(), 0644);
  EXPECT_EQ(mixed->Issue(KeyKind::kEcP256, kNow).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace identity
