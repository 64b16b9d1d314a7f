#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/control/account_in_memory.h"

namespace control {
namespace {

using policy::RegistryPart;
using testing::HasSubstr;
using testing::StartsWith;

std::string GroupText(absl::string_view name) {
  return absl::StrCat(R"({"groupName":")", name, R"(","groupArn":)",
                      R"("arn:aws:iot:us-east-1:000000000000:thinggroup/)", name, R"("})");
}

std::string ListText(const std::vector<std::string>& names) {
  return absl::StrCat(R"({"thingGroups":[)",
                      absl::StrJoin(names, ",",
                                    [](std::string* out, const std::string& name) {
                                      absl::StrAppend(out, GroupText(name));
                                    }),
                      "]}");
}

class ControlThingGroups : public testing::Test {
 protected:
  std::string Create(absl::string_view name, absl::string_view parent = "") {
    return account_.Refusal(
        "POST", absl::StrCat("/thing-groups/", name),
        parent.empty() ? "" : absl::StrCat(R"({"parentGroupName":")", parent, R"("})"));
  }
  std::string Describe(absl::string_view name) {
    return account_.Get("GET", absl::StrCat("/thing-groups/", name));
  }
  std::string Update(absl::string_view name, absl::string_view body) {
    return account_.Get("PATCH", absl::StrCat("/thing-groups/", name), body);
  }
  std::string List(absl::string_view query = "") {
    return account_.Get("GET", absl::StrCat("/thing-groups", query));
  }

  AccountInMemory account_;
};

TEST_F(ControlThingGroups, AreMadeAndDescribed) {
  const std::string ids = R"({"thingGroupName":"g",)"
                          R"("thingGroupArn":"arn:aws:iot:us-east-1:000000000000:thinggroup/g",)"
                          R"("thingGroupId":"00000000-0000-4000-8000-000000000001")";
  EXPECT_EQ(account_.Get("POST", "/thing-groups/g",
                         R"({"thingGroupProperties":{"thingGroupDescription":"all",)"
                         R"("attributePayload":{"attributes":{"a":"1","b":""}}},)"
                         R"("tags":[{"Key":"k","Value":"v"}]})"),
            absl::StrCat(ids, "}"));
  EXPECT_EQ(
      Describe("g"),
      absl::StrCat(ids, R"(,"version":1,"thingGroupProperties":{"thingGroupDescription":"all",)"
                        R"("attributePayload":{"attributes":{"a":"1"}}},)"
                        R"("thingGroupMetadata":{"creationDate":1764417600.123}})"));
  EXPECT_EQ(account_.account().registry().FindThingGroup("g")->tags.at("k"), "v");
  EXPECT_EQ(account_.Refusal("GET", "/thing-groups/none"),
            "404 ResourceNotFoundException: Thing group none does not exist in your account");
}

TEST_F(ControlThingGroups, TellWhatIsAboveThem) {
  Create("root");
  Create("middle", "root");
  Create("leaf", "middle");
  EXPECT_THAT(Describe("leaf"),
              HasSubstr(absl::StrCat(R"("thingGroupProperties":{},"thingGroupMetadata":)",
                                     R"({"parentGroupName":"middle","rootToParentThingGroups":[)",
                                     GroupText("root"), ",", GroupText("middle"),
                                     R"(],"creationDate":1764417600.123}})")));
  EXPECT_EQ(Create("orphan", "none"),
            "404 ResourceNotFoundException: Thing group none does not exist in your account");
}

TEST_F(ControlThingGroups, AreSevenDeepAtMost) {
  std::string above;
  for (const char* const name : {"1", "2", "3", "4", "5", "6", "7"}) {
    EXPECT_EQ(Create(name, above), "200") << name;
    above = name;
  }
  EXPECT_EQ(Create("8", "7"),
            "400 InvalidRequestException: Thing group 7 is at the bottom: a hierarchy is 7 groups "
            "deep at most");
  EXPECT_THAT(Describe("7"), HasSubstr(GroupText("1")));
}

TEST_F(ControlThingGroups, ThatAreMadeAgainAsTheyAreStaySo) {
  Create("root");
  const std::string same =
      R"({"parentGroupName":"root","thingGroupProperties":{"thingGroupDescription":"d",)"
      R"("attributePayload":{"attributes":{"a":"1"}}}})";
  const std::string made = account_.Get("POST", "/thing-groups/g", same);
  EXPECT_EQ(account_.Get("POST", "/thing-groups/g", same), made);
  for (const char* const other :
       {"", R"({"parentGroupName":"root"})",
        R"({"thingGroupProperties":{"thingGroupDescription":"d",)"
        R"("attributePayload":{"attributes":{"a":"1"}}}})",
        R"({"parentGroupName":"root","thingGroupProperties":{"thingGroupDescription":"d"}})"}) {
    EXPECT_EQ(account_.Ask("POST", "/thing-groups/g", other).body,
              R"({"message":"Thing Group g already exists in current account with different )"
              R"(properties","resourceId":"00000000-0000-4000-8000-000000000002",)"
              R"("resourceArn":"arn:aws:iot:us-east-1:000000000000:thinggroup/g"})");
  }
}

TEST_F(ControlThingGroups, AnUpdateCountsInTheVersion) {
  Create("g");
  EXPECT_EQ(Update("g", R"({"expectedVersion":1,"thingGroupProperties":{)"
                        R"("thingGroupDescription":"d","attributePayload":{"attributes":)"
                        R"({"a":"1"}}}})"),
            R"({"version":2})");
  EXPECT_EQ(Update("g", R"({"thingGroupProperties":{"attributePayload":{"attributes":)"
                        R"({"b":"2"},"merge":true}}})"),
            R"({"version":3})");
  EXPECT_THAT(Describe("g"), HasSubstr(R"("version":3,"thingGroupProperties":)"
                                       R"({"thingGroupDescription":"d","attributePayload":)"
                                       R"({"attributes":{"a":"1","b":"2"}}},)"));
  EXPECT_EQ(Update("g", R"({"thingGroupProperties":{"thingGroupDescription":"",)"
                        R"("attributePayload":{"attributes":{}}}})"),
            R"({"version":4})");
  EXPECT_THAT(Describe("g"), HasSubstr(R"("version":4,"thingGroupProperties":{},)"));
  EXPECT_EQ(account_.Refusal("PATCH", "/thing-groups/g",
                             R"({"thingGroupProperties":{},"expectedVersion":3})"),
            "409 VersionConflictException: The version for thing group g does not match the "
            "expected version.");
  EXPECT_EQ(account_.Refusal("PATCH", "/thing-groups/g", "{}"),
            "400 InvalidRequestException: 1 validation error detected: Value null at "
            "'thingGroupProperties' failed to satisfy constraint: Member must not be null");
  EXPECT_EQ(account_.Refusal("PATCH", "/thing-groups/g", R"({"thingGroupProperties":1})"),
            "400 InvalidRequestException: 'thingGroupProperties' must be an object, not a number");
  EXPECT_THAT(account_.Refusal("PATCH", "/thing-groups/none", R"({"thingGroupProperties":{}})"),
              StartsWith("404"));
}

TEST_F(ControlThingGroups, AreDeletedWithoutChildrenAndLetTheirThingsGo) {
  Create("root");
  Create("g", "root");
  account_.Get("POST", "/things/t");
  account_.Get("PUT", "/thing-groups/addThingToThingGroup",
               R"({"thingName":"t","thingGroupName":"g"})");
  EXPECT_EQ(account_.Get("DELETE", "/thing-groups/none"), "");
  EXPECT_EQ(account_.Refusal("DELETE", "/thing-groups/root"),
            "400 InvalidRequestException: Cannot delete thing group : root when there are still "
            "child groups attached to it.");
  EXPECT_EQ(account_.Refusal("DELETE", "/thing-groups/g?expectedVersion=2"),
            "409 VersionConflictException: The version for thing group g does not match the "
            "expected version.");
  EXPECT_EQ(account_.Get("DELETE", "/thing-groups/g?expectedVersion=1"), "");
  EXPECT_THAT(account_.Refusal("GET", "/thing-groups/g"), StartsWith("404"));
  EXPECT_TRUE(account_.account().registry().FindThing("t")->groups.empty());
  EXPECT_THAT(account_.Get("GET", "/things/t"), HasSubstr(R"("version":1})"));
  EXPECT_EQ(account_.Get("DELETE", "/thing-groups/root"), "");
}

TEST_F(ControlThingGroups, AreListedByParentDepthAndPrefix) {
  Create("a");
  Create("ab", "a");
  Create("abc", "ab");
  Create("b");
  EXPECT_EQ(List(), ListText({"a", "ab", "abc", "b"}));
  EXPECT_EQ(List("?recursive=true"), ListText({"a", "ab", "abc", "b"}));
  EXPECT_EQ(List("?recursive=false"), ListText({"a", "b"}));
  EXPECT_EQ(List("?parentGroup=a&recursive=false"), ListText({"ab"}));
  EXPECT_EQ(List("?parentGroup=a"), ListText({"ab", "abc"}));
  EXPECT_EQ(List("?parentGroup=abc"), ListText({}));
  EXPECT_EQ(List("?namePrefixFilter=ab"), ListText({"ab", "abc"}));
  EXPECT_EQ(List("?namePrefixFilter=abc&parentGroup=a"), ListText({"abc"}));
  EXPECT_THAT(List("?maxResults=2"),
              StartsWith(absl::StrCat(R"({"thingGroups":[)", GroupText("a"), ",", GroupText("ab"),
                                      R"(],"nextToken":")")));
  EXPECT_EQ(account_.Refusal("GET", "/thing-groups?parentGroup=none"),
            "404 ResourceNotFoundException: Thing group none does not exist in your account");
}

// What people write may be a circle.
TEST_F(ControlThingGroups, ACircleIsBounded) {
  account_.Write(RegistryPart::kThingGroups, "x", R"({"parentGroupName":"y"})");
  account_.Write(RegistryPart::kThingGroups, "y", R"({"parentGroupName":"x"})");
  EXPECT_THAT(Describe("x"), HasSubstr(GroupText("y")));
  EXPECT_EQ(List("?parentGroup=x"), ListText({"y"}));
  EXPECT_THAT(Create("z", "x"), HasSubstr("is at the bottom"));
  EXPECT_EQ(account_.Get("GET", "/thing-groups/x/things?recursive=true"), R"({"things":[]})");
}

TEST_F(ControlThingGroups, WrittenByHandGetAnIdThatStays) {
  account_.Write(RegistryPart::kThingGroups, "hand", "{}");
  const std::string described = Describe("hand");
  EXPECT_THAT(described, HasSubstr(R"("thingGroupId":"00000000-0000-4000-8000-000000000001")"));
  EXPECT_EQ(Describe("hand"), described);
}

}  // namespace
}  // namespace control
