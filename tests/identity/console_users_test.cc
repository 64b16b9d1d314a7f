#include "identity/console_users.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdio>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "identity/password.h"

namespace identity {
namespace {

using ::testing::HasSubstr;

std::string Line(absl::string_view name, absl::string_view more = "") {
  return absl::StrCat(R"({"name":")", name, R"(","role":"viewer","password":"scrypt:15:8:1:)",
                      std::string(32, 'a'), ":", std::string(64, 'b'), "\"", more, "}\n");
}

absl::Status Fault(const std::string& text) { return ParseConsoleUsers(text).status(); }

TEST(ConsoleUsers, AreReadAsTheyWereWritten) {
  const std::string text =
      absl::StrCat(Line("ann", R"(,"policies":["floor-2","a\"b"])"), Line("bob@here.example"));
  const auto users = ParseConsoleUsers(text);
  ASSERT_TRUE(users.ok()) << users.status();
  ASSERT_EQ(users->size(), 2u);
  EXPECT_EQ(users->at(0).policies, (std::vector<std::string>{"floor-2", "a\"b"}));
  EXPECT_EQ(PrintConsoleUsers(*users), text);
  EXPECT_EQ(FindConsoleUser(*users, "ann"), &users->at(0));
  EXPECT_EQ(FindConsoleUser(*users, "carl"), nullptr);
}

TEST(ConsoleUsers, BlankLinesAreNoUsers) {
  EXPECT_EQ(ParseConsoleUsers(absl::StrCat("\n  \n", Line("ann"), "\n"))->size(), 1u);
  EXPECT_TRUE(ParseConsoleUsers("")->empty());
}

TEST(ConsoleUsers, WhatIsWrongIsNamedWithItsPlace) {
  EXPECT_EQ(Fault(absl::StrCat(Line("ann"), "nonsense")).message().substr(0, 4), "2:2:");
  EXPECT_THAT(Fault("[]\n").message(), HasSubstr("1:1: a user"));
  EXPECT_THAT(Fault("{}\n").message(), HasSubstr("a user has a \"name\""));
  EXPECT_THAT(Fault(Line("token")).message(), HasSubstr("1:9: a user's name has 1 to 64"));
  EXPECT_THAT(Fault(Line("a b")).message(), HasSubstr("a user's name"));
  EXPECT_THAT(Fault(Line(std::string(65, 'a'))).message(), HasSubstr("a user's name"));
  EXPECT_THAT(Fault(Line("ann", R"(,"colour":"red")")).message(), HasSubstr("colour"));
  EXPECT_THAT(Fault(Line("ann", R"(,"policies":[])")).message(), HasSubstr("1 to 10 names"));
  EXPECT_THAT(Fault(Line("ann", R"(,"policies":[1])")).message(), HasSubstr("a policy's name"));
  EXPECT_THAT(Fault(absl::StrCat(Line("ann"), Line("ann"))).message(),
              HasSubstr("2:1: there is a user \"ann\" already"));
  EXPECT_THAT(Fault(R"({"name":"ann","role":"king","password":"x"})").message(),
              HasSubstr("a role is"));
  EXPECT_THAT(Fault(R"({"name":"ann","role":"admin","password":"secret"})").message(),
              HasSubstr("is a hash"));
}

TEST(ConsoleUsers, ThereAreNotTooMany) {
  std::string text;
  for (size_t i = 0; i < kConsoleUsersMax; ++i) text += Line(absl::StrCat("user", i));
  EXPECT_TRUE(Fault(text).ok());
  EXPECT_THAT(Fault(text + Line("one-more")).message(), HasSubstr("at most 1000 users"));
}

TEST(ConsoleUsers, AFileThatOthersMayReadIsRefused) {
  const std::string path = testing::TempDir() + "console_users_test";
  std::remove(path.c_str());
  EXPECT_TRUE(absl::IsNotFound(ReadConsoleUsers(path).status()));
  std::ofstream(path) << Line("ann");
  for (const mode_t mode : {0644, 0660, 0604, 0620}) {
    ASSERT_EQ(chmod(path.c_str(), mode), 0);
    EXPECT_THAT(ReadConsoleUsers(path).status().message(), HasSubstr("chmod g-wx,o-rwx")) << mode;
  }
  for (const mode_t mode : {0600, 0640, 0400}) {
    ASSERT_EQ(chmod(path.c_str(), mode), 0);
    EXPECT_TRUE(ReadConsoleUsers(path).ok()) << mode;
  }
  std::remove(path.c_str());
}

TEST(Password, ItsHashKnowsItAndNoOther) {
  const std::string hash = HashPassword("correct horse");
  EXPECT_TRUE(IsPasswordHash(hash));
  EXPECT_TRUE(IsPassword("correct horse", hash));
  EXPECT_FALSE(IsPassword("correct horsf", hash));
  EXPECT_FALSE(IsPassword("", hash));
  EXPECT_NE(HashPassword("correct horse"), hash);  // another salt
}

// By another maker's scrypt.
TEST(Password, IsHashedAsScryptSays) {
  EXPECT_TRUE(IsPassword("secret",
                         "scrypt:10:8:16:000102030405060708090a0b0c0d0e0f:"
                         "a79d4725d106a20fd035e34ce807596e95b96123afd8a00c34f2b0f88d48c602"));
}

TEST(Password, WhatIsNoHashIsNobodysPassword) {
  const std::string salt(32, 'a');
  const std::string hash(64, 'b');
  for (const std::string& text :
       {std::string(), std::string("x"), absl::StrCat("scrypt:15:8:1:", salt),
        absl::StrCat("scrypt:18:8:1:", salt, ":", hash),
        absl::StrCat("scrypt:0:8:1:", salt, ":", hash),
        absl::StrCat("scrypt:15:17:1:", salt, ":", hash),
        absl::StrCat("scrypt:15:8:17:", salt, ":", hash),
        absl::StrCat("bcrypt:15:8:1:", salt, ":", hash),
        absl::StrCat("scrypt:15:8:1:", salt, ":", hash, ":"),
        absl::StrCat("scrypt:15:8:1:", std::string(32, 'A'), ":", hash)}) {
    EXPECT_FALSE(IsPasswordHash(text)) << text;
    EXPECT_FALSE(IsPassword("x", text)) << text;
  }
}

TEST(Password, RandomHexIsNotTheSameTwice) {
  EXPECT_EQ(RandomHex(32).size(), 64u);
  EXPECT_NE(RandomHex(32), RandomHex(32));
}

}  // namespace
}  // namespace identity
