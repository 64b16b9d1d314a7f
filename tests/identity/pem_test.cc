#include "identity/pem.h"

#include <gmock/gmock.h>

#include "absl/strings/str_cat.h"

namespace identity {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr absl::string_view kWords[] = {"WORD", "OLD WORD"};
constexpr absl::string_view kWord = "-----BEGIN WORD-----\naGVsbG8=\n-----END WORD-----\n";

std::string PemFaultOf(absl::string_view text) {
  return std::string(ReadOnlyBlock(text, kWords).status().message());
}

TEST(Pem, GivesTheBytesOfItsBlock) {
  for (const std::string& text :
       {std::string(kWord), absl::StrCat("what it is:\n", kWord, "and after it\n"),
        std::string("-----BEGIN OLD WORD-----\r\naGVsbG8=\r\n-----END OLD WORD-----")}) {
    const auto bytes = ReadOnlyBlock(text, kWords);
    ASSERT_TRUE(bytes.ok()) << text << bytes.status();
    EXPECT_EQ(*bytes, "hello");
  }
}

TEST(Pem, SaysWhatIsThereInstead) {
  for (const auto& [text, reason] : std::vector<std::pair<std::string, std::string>>{
           {"", "there is no PEM in it; one PEM block \"-----BEGIN WORD-----\" is wanted"},
           {"aGVsbG8=", "there is no PEM in it"},
           {absl::StrCat(kWord, kWord), "there is more than one PEM block in it"},
           {"-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n",
            "there is \"-----BEGIN CERTIFICATE-----\" in it"},
           {absl::StrCat(kWord, "-----BEGIN X509 CRL-----\n"),
            "there is \"-----BEGIN X509 CRL-----\" in it"},
           {"-----BEGIN WORD-----\naGVsbG8=\n", "its PEM is broken"},
           {"-----BEGIN WORD-----\naGVsbG8=\n-----END OLD WORD-----\n", "its PEM is broken"},
           {"-----BEGIN WORD-----\n!!!!\n-----END WORD-----\n", "its PEM is broken"},
           {"-----BEGIN WORD-----\\naGVsbG8=\\n-----END WORD-----\\n", "its PEM is broken"},
           {"-----BEGIN WORD-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: X,00\n\naGVsbG8=\n"
            "-----END WORD-----\n",
            "its PEM is encrypted or has headers"}}) {
    EXPECT_THAT(PemFaultOf(text), HasSubstr(reason)) << text;
  }
}

TEST(Pem, ShowsNoneOfASecret) {
  const std::string key =
      "-----BEGIN RSA PRIVATE KEY-----\nc2VjcmV0\n-----END RSA PRIVATE KEY-----\n";
  for (const std::string& text : {key, absl::StrCat(kWord, key), absl::StrCat(key, kWord)}) {
    EXPECT_THAT(PemFaultOf(text), HasSubstr("a private key in it, which nobody should be sent"));
    EXPECT_THAT(PemFaultOf(text), Not(HasSubstr("c2Vjc")));
  }
  EXPECT_THAT(PemFaultOf("-----BEGIN c2VjcmV0\nc2VjcmV0-----"), Not(HasSubstr("c2Vjc")));
  EXPECT_THAT(PemFaultOf(absl::StrCat("-----BEGIN ", std::string(41, 'k'), "-----")),
              Not(HasSubstr("kkk")));
}

}  // namespace
}  // namespace identity
