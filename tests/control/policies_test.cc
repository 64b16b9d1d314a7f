#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/control/account_in_memory.h"

namespace control {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr absl::string_view kCreate = R"({"policyDocument":
  "{ \"Version\":\"2012-10-17\",\n\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"iot:*\",\"Resource\":\"*\"}}"})";

TEST(ControlPolicies, ADocumentComesBackByteForByte) {
  AccountInMemory account;
  EXPECT_EQ(account.Get("POST", "/policies/p", kCreate),
            R"({"policyName":"p","policyArn":"arn:aws:iot:us-east-1:000000000000:policy/p",)"
            R"("policyDocument":"{ \"Version\":\"2012-10-17\",\n\"Statement\":{\"Effect\":)"
            R"(\"Allow\",\"Action\":\"iot:*\",\"Resource\":\"*\"}}","policyVersionId":"1"})");
  EXPECT_EQ(account.Get("GET", "/policies/p"),
            R"({"policyName":"p","policyArn":"arn:aws:iot:us-east-1:000000000000:policy/p",)"
            R"("policyDocument":"{ \"Version\":\"2012-10-17\",\n\"Statement\":{\"Effect\":)"
            R"(\"Allow\",\"Action\":\"iot:*\",\"Resource\":\"*\"}}","defaultVersionId":"1",)"
            R"("creationDate":1764417600.123,"lastModifiedDate":1764417600.123,)"
            R"("generationId":"00000000-0000-4000-8000-000000000001"})");
}

TEST(ControlPolicies, ANameIsTakenOnceWhateverTheDocument) {
  AccountInMemory account;
  account.Get("POST", "/policies/p", kCreate);
  EXPECT_EQ(account.Refusal("POST", "/policies/p", kCreate),
            "409 ResourceAlreadyExistsException: Policy cannot be created - name already exists "
            "(name=p)");
}

TEST(ControlPolicies, AllThatIsWrongIsToldTogether) {
  AccountInMemory account;
  EXPECT_EQ(account.Refusal("POST", "/policies/a%20b", "{}"),
            "400 InvalidRequestException: 2 validation errors detected: Value 'a b' at "
            "'policyName' failed to satisfy constraint: Member must satisfy regular expression "
            "pattern: [\\w+=,.@-]+; Value null at 'policyDocument' failed to satisfy constraint: "
            "Member must not be null");
  EXPECT_THAT(account.Refusal("POST", "/policies/p", R"({"policyDocument": "{}"})"),
              StartsWith("400 MalformedPolicyException: Policy document is Malformed: "));
  EXPECT_THAT(account.Refusal("POST", "/policies/p", R"({"policyDocument": 1})"),
              HasSubstr("'policyDocument' must be a string, not a number"));
  EXPECT_THAT(account.Refusal("POST", "/policies/p", "[]"),
              HasSubstr("The body must be an object, not a list"));
}

TEST(ControlPolicies, AreListedPageByPageTheNewestFirst) {
  AccountInMemory account;
  for (const char* const name : {"a", "b", "c"}) {
    account.here().now_ms += 1;
    account.Get("POST", absl::StrCat("/policies/", name), kCreate);
  }
  const std::string first = account.Get("GET", "/policies?pageSize=2");
  EXPECT_THAT(first, StartsWith(R"({"policies":[{"policyName":"c",)"));
  EXPECT_THAT(first, HasSubstr(R"("nextMarker":")"));
  EXPECT_THAT(account.Get("GET", "/policies?isAscendingOrder=true"),
              StartsWith(R"({"policies":[{"policyName":"a",)"));
  EXPECT_THAT(account.Refusal("GET", "/policies?pageSize=251"),
              HasSubstr("Value '251' at 'pageSize' failed to satisfy constraint: Member must have "
                        "value less than or equal to 250"));
  EXPECT_THAT(account.Refusal("GET", "/policies?marker=abcd"), HasSubstr("is not one that a list"));
}

}  // namespace
}  // namespace control
