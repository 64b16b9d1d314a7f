// What a policy is asked about, of those operations that are told it by an ARN.
#include <gtest/gtest.h>

#include "control/operation.h"

namespace control {
namespace {

struct Asked {
  absl::string_view method;
  absl::string_view target;
  absl::string_view body;
  std::vector<rest::Header> headers;
  absl::string_view resource;
};

std::string ResourceOf(const Asked& asked) {
  const rest::Request request{
      .method = asked.method, .target = asked.target, .headers = asked.headers, .body = asked.body};
  const auto target = rest::ParseTarget(asked.target);
  const auto call = ReadCall(*FindOperation(asked.method, *target), request, *target);
  const auto* const read = std::get_if<Call>(&call);
  return read == nullptr ? "none" : read->route.resource(*read);
}

// A name may hold colons: what follows the last one is another resource.
TEST(Resources, AreWhatAnArnNamesColonsIncluded) {
  const Asked all[] = {
      {"PUT",
       "/target-policies/p",
       R"({"target":"arn:aws:iot:r:1:thinggroup/a:b"})",
       {},
       "thinggroup/a:b"},
      {"POST",
       "/attached-policies/arn%3Aaws%3Aiot%3Ar%3A1%3Athinggroup%2Fa%3Ab",
       "",
       {},
       "thinggroup/a:b"},
      {"PUT",
       "/principal-policies/p",
       "",
       {{"x-amzn-iot-principal", "arn:aws:iot:r:1:cert/a:b"}},
       "cert/a:b"},
      {"POST", "/tags", R"({"resourceArn":"arn:aws:iot:r:1:thingtype/a:b"})", {}, "thingtype/a:b"},
      {"GET",
       "/tags?resourceArn=arn%3Aaws%3Aiot%3Ar%3A1%3Athingtype%2Fa%3Ab",
       "",
       {},
       "thingtype/a:b"},
      {"POST",
       "/effective-policies",
       R"({"principal":"arn:aws:iot:r:1:cert/a:b"})",
       {},
       "cert/a:b"},
      {"PUT",
       "/thing-groups/addThingToThingGroup",
       R"({"thingGroupArn":"arn:aws:iot:r:1:thinggroup/a:b"})",
       {},
       "thinggroup/a:b"},
  };
  for (const Asked& asked : all) EXPECT_EQ(ResourceOf(asked), asked.resource) << asked.target;
}

TEST(Resources, OfWhatIsNoArnAreAnything) {
  for (const absl::string_view body :
       {R"({})", R"({"target":""})", R"({"target":"a"})", R"({"target":"arn:aws:iot"})"}) {
    EXPECT_EQ(ResourceOf({"PUT", "/target-policies/p", body, {}, ""}), "*") << body;
  }
}

}  // namespace
}  // namespace control
