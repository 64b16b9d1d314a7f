#include "rest/signed_url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "rest/digest.h"

namespace rest {
namespace {

using testing::HasSubstr;

constexpr absl::string_view kUrlSecret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
constexpr absl::string_view kUrlServices[] = {"iotdata", "iotdevicegateway"};
constexpr int64_t kSignedAt = 1790596800;  // 20260928T120000Z

struct Vector {
  absl::string_view host;
  absl::string_view service;
  absl::string_view expires;
  absl::string_view canonical_hash;
  absl::string_view signature;
};

// The contract's vectors: a URL of each kind that clients sign.
constexpr Vector kVectors[] = {
    {"localhost", "iotdevicegateway", "",
     "b4ce3896353236f3d87527b97ea84f94f2651d5a6113dcc5578cb862d07075d3",
     "39fabdb75781771ba0e2769a44321fad6b06a359a9a4090e467ba910904f1a4c"},
    {"localhost:8443", "iotdevicegateway", "",
     "e6c2105aecb3b1c39397bb503c6819742e2189887b6fcfc180504721f7537098",
     "ea7c8cd4fd229e52c555cea84d948f0178a34ef4e97f04bf35bb4fddb353d9ca"},
    {"localhost", "iotdevicegateway", "86400",
     "4d7327dff455185fd21111f5782586a9d60e88363ac19fb4324fba27b56bd1b3",
     "6fafd4d4204beb1cc888f76dbe74e11e85e2b1ead31b641e86fd62d1ee10623f"},
    {"localhost", "iotdata", "86400",
     "2c3d251ede37226d6229b3dd7ce2867f67211a25d39c7b5fee8c27110701f798",
     "376170fcbe8170aa5bcf9203e33ba7dd49f2f8255a1fbef4b2ed72f3d9fe8977"},
};

std::string TargetOf(const Vector& vector) {
  return absl::StrCat(
      "/mqtt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20260928%2F"
      "eu-central-1%2F",
      vector.service, "%2Faws4_request&X-Amz-Date=20260928T120000Z",
      vector.expires.empty() ? "" : absl::StrCat("&X-Amz-Expires=", vector.expires),
      "&X-Amz-SignedHeaders=host&X-Amz-Signature=", vector.signature);
}

// What becomes of a URL: "it holds", or the message of the refusal.
std::string Judge(absl::string_view text, absl::string_view host, int64_t now = kSignedAt,
                  absl::string_view secret = kUrlSecret, std::vector<Header> more = {}) {
  const Target target = *ParseTarget(text);
  Request request{.method = "GET", .target = text, .headers = {{"Host", host}}, .body = {}};
  request.headers.insert(request.headers.end(), more.begin(), more.end());
  const auto read = ReadSignedUrl(request, target);
  if (const auto* error = std::get_if<Error>(&read)) return error->message_json;
  const auto error =
      CheckSignedUrl(request, target, std::get<Signature>(read), secret, kUrlServices, now);
  EXPECT_EQ(error ? error->status : 403, 403);
  return error ? error->message_json : "it holds";
}

TEST(SignedUrl, HoldsForTheContractsVectors) {
  for (const Vector& vector : kVectors) {
    const std::string text = TargetOf(vector);
    const Target target = *ParseTarget(text);
    const Request request{
        .method = "GET", .target = text, .headers = {{"Host", vector.host}}, .body = {}};
    const auto read = ReadSignedUrl(request, target);
    ASSERT_TRUE(std::holds_alternative<Signature>(read)) << text;
    const auto& signature = std::get<Signature>(read);
    const std::string canonical = CanonicalRequest(request, target, signature, Sha256Hex(""));
    EXPECT_EQ(Sha256Hex(canonical), vector.canonical_hash) << canonical;
    EXPECT_EQ(Sign(signature, kUrlSecret, StringToSign(signature, canonical)), vector.signature);
    EXPECT_EQ(Judge(text, vector.host), "it holds");
    EXPECT_THAT(Judge(text, vector.host, kSignedAt, "another"), HasSubstr("does not match"));
  }
}

TEST(SignedUrl, ASessionTokenBehindTheSignatureIsNotPartOfIt) {
  for (const Vector& vector : kVectors) {
    EXPECT_EQ(Judge(TargetOf(vector) + "&X-Amz-Security-Token=any%2Fthing", vector.host),
              "it holds");
  }
  EXPECT_EQ(SessionToken(*ParseTarget("/mqtt?X-Amz-Security-Token=a%2Fb")), "a/b");
  EXPECT_FALSE(SessionToken(*ParseTarget("/mqtt")));
}

TEST(SignedUrl, ASessionTokenMayBeSignedAlong) {
  const Vector vector = kVectors[0];
  const std::string text = TargetOf(vector) + "&X-Amz-Security-Token=token";
  Signature signature = std::get<Signature>(ReadSignedUrl(
      {.method = "GET", .target = text, .headers = {}, .body = {}}, *ParseTarget(text)));
  const Request request{
      .method = "GET", .target = text, .headers = {{"Host", "localhost"}}, .body = {}};
  const std::string along =
      Sign(signature, kUrlSecret,
           StringToSign(signature,
                        CanonicalRequest(request, *ParseTarget(text), signature, Sha256Hex(""))));
  const std::string signed_along = absl::StrReplaceAll(text, {{vector.signature, along}});
  EXPECT_EQ(Judge(signed_along, "localhost"), "it holds");
  EXPECT_THAT(Judge(signed_along + "x", "localhost"), HasSubstr("does not match"));
}

TEST(SignedUrl, ThePortOfTheHostMayBeSignedOrNot) {
  EXPECT_EQ(Judge(TargetOf(kVectors[0]), "localhost:8443"), "it holds");
  EXPECT_THAT(Judge(TargetOf(kVectors[1]), "localhost"), HasSubstr("does not match"));
  EXPECT_THAT(Judge(TargetOf(kVectors[1]), "localhost:8444"), HasSubstr("does not match"));
  EXPECT_THAT(Judge(TargetOf(kVectors[0]), "localhost:84x"), HasSubstr("does not match"));
  EXPECT_THAT(Judge(TargetOf(kVectors[0]), "[::1]:8443"), HasSubstr("does not match"));
}

TEST(SignedUrl, LastsFifteenMinutesUnlessItSaysOtherwise) {
  const std::string unsaid = TargetOf(kVectors[0]);
  EXPECT_EQ(Judge(unsaid, "localhost", kSignedAt + 900), "it holds");
  EXPECT_THAT(Judge(unsaid, "localhost", kSignedAt + 901), HasSubstr("expired"));
  EXPECT_EQ(Judge(unsaid, "localhost", kSignedAt - 900), "it holds");
  EXPECT_THAT(Judge(unsaid, "localhost", kSignedAt - 901), HasSubstr("not yet current"));
  const std::string a_day = TargetOf(kVectors[2]);
  EXPECT_EQ(Judge(a_day, "localhost", kSignedAt + 86400), "it holds");
  EXPECT_THAT(Judge(a_day, "localhost", kSignedAt + 86401), HasSubstr("expired"));
  for (const absl::string_view wrong : {"0", "604801", "-1", "", "1x"}) {
    EXPECT_THAT(Judge(absl::StrReplaceAll(a_day, {{"86400", wrong}}), "localhost"),
                HasSubstr("X-Amz-Expires must be"))
        << wrong;
  }
}

TEST(SignedUrl, EncodingsOfTheSameBytesAreTheSame) {
  EXPECT_EQ(Judge(absl::StrReplaceAll(TargetOf(kVectors[0]), {{"%2F", "%2f"}}), "localhost"),
            "it holds");
  EXPECT_EQ(Judge(absl::StrReplaceAll(TargetOf(kVectors[0]), {{"%2F", "/"}}), "localhost"),
            "it holds");
}

TEST(SignedUrl, WantsTheSignatureInTheQueryAndOnce) {
  EXPECT_THAT(Judge("/mqtt", "localhost"), HasSubstr("Missing Authentication Token"));
  EXPECT_THAT(Judge("/mqtt", "localhost", kSignedAt, kUrlSecret,
                    {{"Authorization", "AWS4-HMAC-SHA256 Credential=a"}}),
              HasSubstr("Missing Authentication Token"));
  for (const absl::string_view again :
       {"X-Amz-Date=20260928T120000Z", "X-Amz-Signature=0", "X-Amz-Expires=5",
        "X-Amz-Security-Token=a&X-Amz-Security-Token=b"}) {
    EXPECT_THAT(Judge(absl::StrCat(TargetOf(kVectors[2]), "&", again), "localhost"),
                HasSubstr("given twice"))
        << again;
  }
}

TEST(SignedUrl, IsOfAServiceThatClientsSignFor) {
  EXPECT_THAT(
      Judge(absl::StrReplaceAll(TargetOf(kVectors[0]), {{"iotdevicegateway", "iot"}}), "localhost"),
      HasSubstr("correct service"));
  EXPECT_THAT(Judge(absl::StrReplaceAll(TargetOf(kVectors[0]), {{"eu-central-1", "us-east-1"}}),
                    "localhost"),
              HasSubstr("does not match"));
}

}  // namespace
}  // namespace rest
