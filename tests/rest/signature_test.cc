#include "rest/signature.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "rest/digest.h"

namespace rest {
namespace {

using testing::HasSubstr;

// The credentials, time and scope of AWS's Signature Version 4 test suite.
constexpr absl::string_view kSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
constexpr absl::string_view kTime = "20150830T123600Z";
constexpr int64_t kNow = 1440938160;
constexpr absl::string_view kServices[] = {"service"};

// A request of the suite: signed with `signature`, of which `signed_headers` are part.
struct Case {
  absl::string_view name;
  absl::string_view method;
  absl::string_view target;
  std::vector<Header> headers;
  absl::string_view body;
  absl::string_view signed_headers;
  absl::string_view signature;
};

class SignatureTest : public testing::Test {
 protected:
  static std::string Authorization(const Case& one, absl::string_view service = "service") {
    return absl::StrCat("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/", service,
                        "/aws4_request, SignedHeaders=", one.signed_headers,
                        ", Signature=", one.signature);
  }

  // The error, or nothing, for the case with the headers that every signed request has.
  static std::optional<Error> Check(const Case& one, int64_t now = kNow,
                                    absl::string_view service = "service") {
    const std::string authorization = Authorization(one, service);
    Request request{.method = one.method, .target = one.target, .headers = {}, .body = one.body};
    request.headers = {{"Host", "example.amazonaws.com"}, {"X-Amz-Date", kTime}};
    request.headers.insert(request.headers.end(), one.headers.begin(), one.headers.end());
    request.headers.push_back({"Authorization", authorization});
    const auto target = ParseTarget(one.target);
    EXPECT_TRUE(target && IsSigned(request, *target)) << one.name;
    const auto read = ReadSignature(request, *target);
    if (const auto* error = std::get_if<Error>(&read)) return *error;
    return CheckSignature(request, *target, std::get<Signature>(read), kSecret, kServices, now);
  }

  static std::string MessageOf(const std::optional<Error>& error) {
    return error ? error->message_json : "it holds";
  }

  const Case vanilla_{"get-vanilla",
                      "GET",
                      "/",
                      {},
                      "",
                      "host;x-amz-date",
                      "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"};
};

TEST_F(SignatureTest, HoldsForAwssTestSuite) {
  const std::string unreserved =
      "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  const Case cases[] = {
      vanilla_,
      {"post-vanilla",
       "POST",
       "/",
       {},
       "",
       "host;x-amz-date",
       "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
      {"get-vanilla-query-order-key-case",
       "GET",
       "/?Param2=value2&Param1=value1",
       {},
       "",
       "host;x-amz-date",
       "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
      {"get-vanilla-empty-query-key",
       "GET",
       "/?Param1=value1",
       {},
       "",
       "host;x-amz-date",
       "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"},
      {"get-vanilla-utf8-query",
       "GET",
       "/?%E1%88%B4=bar",
       {},
       "",
       "host;x-amz-date",
       "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"},
      {"get-unreserved",
       "GET",
       unreserved,
       {},
       "",
       "host;x-amz-date",
       "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"},
      {"get-header-value-trim",
       "GET",
       "/",
       {{"My-Header1", " value1"}, {"My-Header2", " \"a   b   c\""}},
       "",
       "host;my-header1;my-header2;x-amz-date",
       "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
      {"post-header-key-sort",
       "POST",
       "/",
       {{"My-Header1", "value1"}},
       "",
       "host;my-header1;x-amz-date",
       "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"},
      {"post-x-www-form-urlencoded",
       "POST",
       "/",
       {{"Content-Type", "application/x-www-form-urlencoded"}},
       "Param1=value1",
       "content-type;host;x-amz-date",
       "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
  };
  for (const Case& one : cases) EXPECT_EQ(MessageOf(Check(one)), "it holds") << one.name;
}

TEST_F(SignatureTest, DoesNotHoldForAnythingElse) {
  Case other = vanilla_;
  other.method = "POST";
  EXPECT_THAT(MessageOf(Check(other)), HasSubstr("does not match"));
  other = vanilla_;
  other.target = "/?a=b";
  EXPECT_THAT(MessageOf(Check(other)), HasSubstr("does not match"));
  other = vanilla_;
  other.body = "x";
  EXPECT_THAT(MessageOf(Check(other)), HasSubstr("does not match"));
  other = vanilla_;
  other.headers = {{"x-amz-other", "1"}};
  EXPECT_THAT(MessageOf(Check(other)), HasSubstr("x-amz-other must be signed"));
  other = vanilla_;
  other.headers = {{"Host", "example.com"}};
  EXPECT_THAT(MessageOf(Check(other)), HasSubstr("does not match"));
  EXPECT_THAT(MessageOf(Check(vanilla_, kNow, "iot")), HasSubstr("correct service: 'service'"));
}

// AWS's suite has these: signed as "/", which is what the signature holds for alone.
TEST_F(SignatureTest, HoldsForTheCanonicalPathAlone) {
  Case other = vanilla_;
  for (const auto& [target, fault] : std::map<absl::string_view, absl::string_view>{
           {"/example1/example2/../..", "'..'"}, {"/./", "'.'"}, {"//", "an empty segment"}}) {
    other.target = target;
    EXPECT_THAT(MessageOf(Check(other)), HasSubstr(fault)) << target;
  }
}

TEST_F(SignatureTest, IsNotLookedAtUnlessThePathIsCanonical) {
  Case other = vanilla_;
  for (const auto& [target, fault] : std::map<absl::string_view, absl::string_view>{
           {"/topics/alarm/../../things/a/shadow", "it has the segment '..'"},
           {"/topics/a/%2e%2e/b", "it has '%2e', which is '.' there"},
           {"/topics/alarm//a", "(a topic's own is written %2F%2F)"},
           {"/topics/a%2fb", "it has '%2f', which is '%2F' there"},
           {"/things/%61/shadow", "it has '%61', which is 'a' there"}}) {
    other.target = target;
    EXPECT_THAT(MessageOf(Check(other)), HasSubstr(fault)) << target;
  }
  for (const absl::string_view target :
       {"/topics/a%2F%2Fb", "/topics/a%2F..%2Fb", "/topics/a%20b%25", "/topics/a/", "/a/..b/.c/",
        "/topics/$aws/a:b", "/topics/%E2%82%AC"}) {
    other.target = target;
    EXPECT_THAT(MessageOf(Check(other)), HasSubstr("does not match")) << target;
  }
}

TEST_F(SignatureTest, HoldsForAQuarterOfAnHour) {
  for (const int64_t off : {-900, 900}) EXPECT_FALSE(Check(vanilla_, kNow + off)) << off;
  EXPECT_THAT(MessageOf(Check(vanilla_, kNow + 901)),
              HasSubstr("Signature expired: 20150830T1251"));
  EXPECT_THAT(MessageOf(Check(vanilla_, kNow - 901)), HasSubstr("Signature not yet current"));
}

TEST_F(SignatureTest, NamesWhatIsMissing) {
  const auto message = [](absl::string_view authorization, absl::string_view time) {
    const Request request{.method = "GET",
                          .target = "/",
                          .headers = {{"Authorization", authorization}, {"X-Amz-Date", time}},
                          .body = {}};
    const auto read = ReadSignature(request, *ParseTarget("/"));
    const auto* error = std::get_if<Error>(&read);
    EXPECT_TRUE(error == nullptr || error->status == 403);
    return error == nullptr ? "" : error->message_json;
  };
  const std::string good = Authorization(vanilla_);
  EXPECT_EQ(message(good, kTime), "");
  EXPECT_THAT(message("Basic eDp5", kTime), HasSubstr("AWS4-HMAC-SHA256"));
  EXPECT_THAT(message("AWS4-HMAC-SHA256", kTime), HasSubstr("Credential"));
  EXPECT_THAT(message(good, "20150830T123600"), HasSubstr("X-Amz-Date"));
  EXPECT_THAT(message(good, "20150230T123600Z"), HasSubstr("X-Amz-Date"));
  EXPECT_THAT(message(good, "20150831T123600Z"), HasSubstr("date of the Credential"));
  EXPECT_THAT(message(absl::StrCat(good, "0"), kTime), HasSubstr("64 hex digits"));
}

TEST_F(SignatureTest, MayStandInTheQuery) {
  // Signed here, by the functions that AWS's suite has just tried.
  Signature signature;
  signature.scope = "20150830/us-east-1/service/aws4_request";
  signature.date = "20150830";
  signature.region = "us-east-1";
  signature.service = "service";
  signature.time = std::string(kTime);
  signature.signed_headers = {"host"};
  signature.presigned = true;
  Request request{
      .method = "GET", .target = "", .headers = {{"Host", "example.amazonaws.com"}}, .body = {}};
  const std::string unsigned_target = absl::StrCat(
      "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2F"
      "service%2Faws4_request&X-Amz-Date=",
      kTime, "&X-Amz-Expires=60&X-Amz-SignedHeaders=host");
  const std::string sign =
      Sign(signature, kSecret,
           StringToSign(signature, CanonicalRequest(request, *ParseTarget(unsigned_target),
                                                    signature, Sha256Hex(""))));
  const std::string text = absl::StrCat(unsigned_target, "&X-Amz-Signature=", sign);
  const auto target = ParseTarget(text);
  ASSERT_TRUE(IsSigned(request, *target));
  const auto read = ReadSignature(request, *target);
  ASSERT_TRUE(std::holds_alternative<Signature>(read));
  const auto& found = std::get<Signature>(read);
  EXPECT_FALSE(CheckSignature(request, *target, found, kSecret, kServices, kNow + 60));
  EXPECT_TRUE(CheckSignature(request, *target, found, kSecret, kServices, kNow + 61));
  EXPECT_TRUE(CheckSignature(request, *target, found, "another", kServices, kNow));
}

}  // namespace
}  // namespace rest
