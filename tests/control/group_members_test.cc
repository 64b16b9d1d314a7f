#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/control/account_in_memory.h"

namespace control {
namespace {

using policy::RegistryPart;
using testing::HasSubstr;

class ControlGroupMembers : public testing::Test {
 protected:
  ControlGroupMembers() {
    for (const char* const thing : {"t", "u"}) {
      account_.Get("POST", absl::StrCat("/things/", thing));
    }
    Group("root");
    Group("left", "root");
    Group("right", "root");
    Group("other");
  }

  void Group(absl::string_view name, absl::string_view parent = "") {
    account_.Get("POST", absl::StrCat("/thing-groups/", name),
                 parent.empty() ? "" : absl::StrCat(R"({"parentGroupName":")", parent, R"("})"));
  }
  std::string Put(absl::string_view operation, absl::string_view body) {
    return account_.Refusal("PUT", absl::StrCat("/thing-groups/", operation), body);
  }
  std::string Add(absl::string_view thing, absl::string_view group) {
    return Put("addThingToThingGroup",
               absl::StrCat(R"({"thingName":")", thing, R"(","thingGroupName":")", group, R"("})"));
  }
  std::string Remove(absl::string_view thing, absl::string_view group) {
    return Put("removeThingFromThingGroup",
               absl::StrCat(R"({"thingName":")", thing, R"(","thingGroupName":")", group, R"("})"));
  }
  std::string ThingsIn(absl::string_view group, absl::string_view query = "") {
    return account_.Get("GET", absl::StrCat("/thing-groups/", group, "/things", query));
  }
  // The names of the groups of a thing.
  std::vector<std::string> GroupsOf(absl::string_view thing) {
    std::vector<std::string> names;
    for (const auto& group : account_.account().registry().FindThing(thing)->groups) {
      names.push_back(group.name);
    }
    return names;
  }

  AccountInMemory account_;
};

TEST_F(ControlGroupMembers, ComeAndGo) {
  EXPECT_EQ(Add("u", "left"), "200");
  EXPECT_EQ(Add("t", "left"), "200");
  EXPECT_EQ(Add("t", "left"), "200");
  EXPECT_EQ(Add("t", "other"), "200");
  EXPECT_EQ(ThingsIn("left"), R"({"things":["t","u"]})");
  EXPECT_EQ(account_.Get("GET", "/things/t/thing-groups"),
            R"({"thingGroups":[{"groupName":"left",)"
            R"("groupArn":"arn:aws:iot:us-east-1:000000000000:thinggroup/left"},)"
            R"({"groupName":"other",)"
            R"("groupArn":"arn:aws:iot:us-east-1:000000000000:thinggroup/other"}]})");
  EXPECT_EQ(Remove("t", "left"), "200");
  EXPECT_EQ(Remove("t", "left"), "200");
  EXPECT_EQ(ThingsIn("left"), R"({"things":["u"]})");
  EXPECT_THAT(account_.Get("GET", "/things/t"), HasSubstr(R"("version":1})"));
}

TEST_F(ControlGroupMembers, OfGroupsBelowAreListedWhenAskedFor) {
  Add("u", "left");
  Add("t", "root");
  EXPECT_EQ(ThingsIn("root"), R"({"things":["t"]})");
  EXPECT_EQ(ThingsIn("root", "?recursive=false"), R"({"things":["t"]})");
  EXPECT_EQ(ThingsIn("root", "?recursive=true"), R"({"things":["t","u"]})");
  EXPECT_EQ(ThingsIn("left", "?recursive=true"), R"({"things":["u"]})");
  EXPECT_THAT(ThingsIn("root", "?recursive=true&maxResults=1"),
              testing::StartsWith(R"({"things":["t"],"nextToken":")"));
}

TEST_F(ControlGroupMembers, AreNamedByNameOrArnOrBoth) {
  const std::string thing_arn = "arn:aws:iot:us-east-1:000000000000:thing/t";
  const std::string group_arn = "arn:aws:iot:us-east-1:000000000000:thinggroup/left";
  const auto add = [&](absl::string_view members) {
    return Put("addThingToThingGroup", absl::StrCat("{", members, "}"));
  };
  EXPECT_EQ(add(absl::StrCat(R"("thingArn":")", thing_arn, R"(","thingGroupArn":")", group_arn,
                             R"(","thingName":"t","thingGroupName":"left")")),
            "200");
  EXPECT_EQ(GroupsOf("t"), std::vector<std::string>{"left"});
  EXPECT_EQ(
      Put("removeThingFromThingGroup", absl::StrCat(R"({"thingArn":")", thing_arn,
                                                    R"(","thingGroupArn":")", group_arn, R"("})")),
      "200");
  EXPECT_TRUE(GroupsOf("t").empty());
  EXPECT_EQ(add(absl::StrCat(R"("thingArn":")", thing_arn,
                             R"(","thingName":"u","thingGroupName":"left")")),
            "400 InvalidRequestException: The thing is u by its name and t by its ARN");
  EXPECT_EQ(add(R"("thingName":"t")"),
            "400 InvalidRequestException: The name or the ARN of the thing group is wanted");
  EXPECT_EQ(add(R"("thingGroupName":"left")"),
            "400 InvalidRequestException: The name or the ARN of the thing is wanted");
  EXPECT_EQ(add(absl::StrCat(R"("thingName":"t","thingGroupArn":")", thing_arn, "\"")),
            absl::StrCat("400 InvalidRequestException: ", thing_arn,
                         " is the ARN of no thing group of this account, such as "
                         "arn:aws:iot:us-east-1:000000000000:thinggroup/NAME"));
}

TEST_F(ControlGroupMembers, AreInOneGroupOfAHierarchy) {
  EXPECT_EQ(Add("t", "left"), "200");
  for (const std::string group : {"root", "right"}) {
    EXPECT_EQ(Add("t", group),
              absl::StrCat("400 InvalidRequestException: Thing t cannot be added to thing group ",
                           group, ": it is in thing group left of the same hierarchy"));
  }
  EXPECT_EQ(GroupsOf("t"), std::vector<std::string>{"left"});
}

TEST_F(ControlGroupMembers, AreInTenGroupsAtMost) {
  for (int i = 0; i < 11; ++i) Group(absl::StrCat("g", i));
  for (int i = 0; i < 10; ++i) EXPECT_EQ(Add("t", absl::StrCat("g", i)), "200");
  EXPECT_EQ(Add("t", "g10"),
            "400 InvalidRequestException: Thing t cannot be added to thing group g10: a thing is "
            "in at most 10 groups");
  EXPECT_EQ(Add("t", "g3"), "200");
}

TEST_F(ControlGroupMembers, AreMovedAtOnce) {
  const auto update = [&](absl::string_view body) {
    return Put("updateThingGroupsForThing", body);
  };
  Add("t", "left");
  EXPECT_EQ(update(R"({"thingName":"t","thingGroupsToAdd":["right","other"],)"
                   R"("thingGroupsToRemove":["left"],"overrideDynamicGroups":false})"),
            "200");
  EXPECT_EQ(GroupsOf("t"), (std::vector<std::string>{"right", "other"}));
  // All or nothing.
  EXPECT_THAT(update(R"({"thingName":"t","thingGroupsToAdd":["left"],)"
                     R"("thingGroupsToRemove":["other"]})"),
              HasSubstr("it is in thing group right of the same hierarchy"));
  EXPECT_EQ(GroupsOf("t"), (std::vector<std::string>{"right", "other"}));
  EXPECT_EQ(update(R"({"thingName":"t"})"), "200");
  EXPECT_EQ(update("{}"),
            "400 InvalidRequestException: 1 validation error detected: Value null at 'thingName' "
            "failed to satisfy constraint: Member must not be null");
  EXPECT_EQ(update(R"({"thingName":"t","thingGroupsToRemove":["none"]})"),
            "404 ResourceNotFoundException: Thing group none does not exist in your account");
}

TEST_F(ControlGroupMembers, OfWhatIsNotThereAreRefused) {
  const std::string no_thing =
      "404 ResourceNotFoundException: Thing none does not exist in your account";
  const std::string no_group =
      "404 ResourceNotFoundException: Thing group none does not exist in your account";
  EXPECT_EQ(Add("none", "left"), no_thing);
  EXPECT_EQ(Remove("none", "left"), no_thing);
  EXPECT_EQ(Add("t", "none"), no_group);
  EXPECT_EQ(Remove("t", "none"), no_group);
  EXPECT_EQ(account_.Refusal("GET", "/things/none/thing-groups"), no_thing);
  EXPECT_EQ(account_.Refusal("GET", "/thing-groups/none/things"), no_group);
}

// A policy is asked for the group that is meant, however it is named.
TEST_F(ControlGroupMembers, NameTheResourceThatAPolicyIsAskedFor) {
  const auto resource = [](absl::string_view operation, absl::string_view body) {
    const std::string target = absl::StrCat("/thing-groups/", operation);
    const rest::Request request{.method = "PUT", .target = target, .headers = {}, .body = body};
    const auto parsed = rest::ParseTarget(target);
    const auto call = ReadCall(*FindOperation("PUT", *parsed), request, *parsed);
    return std::get<Call>(call).route.resource(std::get<Call>(call));
  };
  EXPECT_EQ(resource("addThingToThingGroup", R"({"thingGroupName":"a:b"})"), "thinggroup/a:b");
  EXPECT_EQ(resource("removeThingFromThingGroup",
                     R"({"thingGroupArn":"arn:aws:iot:us-east-1:000000000000:thinggroup/a:b"})"),
            "thinggroup/a:b");
  EXPECT_EQ(resource("addThingToThingGroup", R"({"thingGroupName":1})"), "thinggroup/1");
  EXPECT_EQ(resource("addThingToThingGroup", "{}"), "");
  EXPECT_EQ(resource("updateThingGroupsForThing", R"({"thingName":"t"})"), "thing/t");
}

TEST_F(ControlGroupMembers, GroupsThatAreNotRegisteredAreNotListed) {
  account_.Write(RegistryPart::kThings, "hand", R"({"thingGroupNames":["ghost"]})");
  EXPECT_EQ(account_.Get("GET", "/things/hand/thing-groups"), R"({"thingGroups":[]})");
  EXPECT_EQ(Add("hand", "left"), "200");
}

}  // namespace
}  // namespace control
