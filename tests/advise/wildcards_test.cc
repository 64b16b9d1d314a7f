#include "advise/wildcards.h"

#include <gtest/gtest.h>

namespace advise {
namespace {

std::vector<std::string> Allowed(absl::string_view statement) {
  const auto document = policy::ParseDocument(
      "lamp", absl::StrCat(R"({"Version":"2012-10-17","Statement":[)", statement, "]}"));
  EXPECT_TRUE(document.ok()) << document.status();
  policy::Connection connection;
  connection.client_id = "lamp";
  const std::vector<const policy::Document*> policies = {&*document};
  return AllowedToAnybody(policies, connection, 1'800'000'000);
}

TEST(Wildcards, WhatADeviceNeedsIsNotTooMuch) {
  EXPECT_TRUE(Allowed(R"({"Effect":"Allow","Action":"iot:Connect",
    "Resource":"arn:aws:iot:us-east-1:123456789012:client/lamp"},
    {"Effect":"Allow","Action":["iot:Publish","iot:Receive"],
    "Resource":"arn:aws:iot:us-east-1:123456789012:topic/$aws/things/lamp/shadow/*"})")
                  .empty());
}

TEST(Wildcards, EverythingIsTooMuch) {
  const auto allowed = Allowed(R"({"Effect":"Allow","Action":"iot:*","Resource":"*"})");
  ASSERT_EQ(allowed.size(), 8u);
  EXPECT_EQ(
      allowed[0],
      "iot:Connect on client/advise-nobodys-name is allowed by statement 1 of policy \"lamp\" "
      "at 1:38");
}

TEST(Wildcards, AnyClientIdIsTooMuchAlsoAsAVariable) {
  EXPECT_EQ(Allowed(R"({"Effect":"Allow","Action":"iot:Connect",
    "Resource":"arn:aws:iot:us-east-1:123456789012:client/${iot:ClientId}"})")
                .size(),
            1u);
}

TEST(Wildcards, WhatIsDeniedIsNotAllowed) {
  EXPECT_TRUE(Allowed(R"({"Effect":"Allow","Action":"iot:*","Resource":"*"},
    {"Effect":"Deny","Action":"iot:*","Resource":"*"})")
                  .empty());
}

}  // namespace
}  // namespace advise
