#include "control/events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/control/account_in_memory.h"

namespace control {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr absl::string_view kArn = "arn:aws:iot:us-east-1:000000000000:";

class ControlEvents : public testing::Test {
 protected:
  void SwitchOn(absl::string_view kind) {
    account_.Get("PATCH", "/event-configurations",
                 absl::StrCat(R"({"eventConfigurations":{")", kind, R"(":{"Enabled":true}}})"));
  }
  void Ask(absl::string_view method, absl::string_view path, absl::string_view body = "") {
    account_.Get(method, path, body);
  }

  // The topics of what was told since it was asked last, and the payload of the last of them.
  std::vector<std::string> Topics() {
    std::vector<std::string> topics;
    for (; told_ < account_.events().size(); ++told_) {
      topics.push_back(account_.events()[told_].topic);
    }
    return topics;
  }
  const std::string& Payload() const { return account_.events().back().payload; }
  std::string IdOf(absl::string_view name) const {
    return account_.account().registry().FindThingGroup(name)->id;
  }

  AccountInMemory account_;
  size_t told_ = 0;
};

TEST_F(ControlEvents, OfAThingWithoutATypeSaySo) {
  SwitchOn("THING");
  Ask("POST", "/things/lamp");
  EXPECT_THAT(Topics(), ElementsAre("$aws/events/thing/lamp/created"));
  EXPECT_THAT(Payload(), HasSubstr(R"("thingTypeName":null,"attributes":{})"));
}

TEST_F(ControlEvents, OfATypeAreOfItsPropertiesAndWhetherItIsDeprecated) {
  SwitchOn("THING_TYPE");
  Ask("POST", "/thing-types/t");
  EXPECT_THAT(Topics(), ElementsAre("$aws/events/thingType/t/created"));
  EXPECT_THAT(Payload(), HasSubstr(R"("isDeprecated":false,"deprecationDate":null,)"
                                   R"("searchableAttributes":[],"description":"")"));
  Ask("POST", "/thing-types/t/deprecate");
  EXPECT_THAT(Topics(), ElementsAre("$aws/events/thingType/t/updated"));
  Ask("POST", "/tags",
      absl::StrCat(R"({"resourceArn":")", kArn,
                   R"(thingtype/t","tags":[{"Key":"a","Value":"b"}]})"));
  EXPECT_THAT(Topics(), IsEmpty());
}

TEST_F(ControlEvents, OfATypeThatWasMadeByHandDoNotTellThatItIsLookedAt) {
  SwitchOn("THING_TYPE");
  account_.Write(policy::RegistryPart::kThingTypes, "t", "{}");
  Ask("GET", "/thing-types/t");
  EXPECT_THAT(Topics(), IsEmpty());
}

TEST_F(ControlEvents, OfWhatCannotBeReadAreNone) {
  for (const absl::string_view kind : {"THING", "THING_TYPE", "THING_GROUP"}) SwitchOn(kind);
  for (const auto part : {policy::RegistryPart::kThings, policy::RegistryPart::kThingTypes,
                          policy::RegistryPart::kThingGroups}) {
    const policy::EntryChange change{part, "a", "{"};
    EXPECT_THAT(EventsOf(account_.account(), {&change, 1}, account_.here()), IsEmpty());
  }
}

TEST_F(ControlEvents, OfAGroupTellWhatIsAboveIt) {
  Ask("POST", "/thing-groups/top");
  Ask("POST", "/thing-groups/middle", R"({"parentGroupName":"top"})");
  SwitchOn("THING_GROUP");
  Ask("POST", "/thing-groups/low", R"({"parentGroupName":"middle"})");
  EXPECT_THAT(Topics(), ElementsAre("$aws/events/thingGroup/low/created"));
  EXPECT_THAT(Payload(), HasSubstr(absl::StrCat(
                             R"("parentGroupName":"middle","parentGroupId":")", IdOf("middle"),
                             R"(","description":"","rootToParentThingGroups":[{"groupArn":")", kArn,
                             R"(thinggroup/top","groupId":")", IdOf("top"), R"("},{"groupArn":")",
                             kArn, R"(thinggroup/middle","groupId":")", IdOf("middle"),
                             R"("}],"attributes":{},"dynamicGroupMappingId":null})")));
  Ask("DELETE", "/thing-groups/low");
  EXPECT_THAT(Topics(), ElementsAre("$aws/events/thingGroup/low/deleted"));
}

TEST_F(ControlEvents, OfAGroupAreNotOfItsPoliciesAndTags) {
  SwitchOn("THING_GROUP");
  Ask("POST", "/thing-groups/g");
  EXPECT_THAT(Topics(), ElementsAre("$aws/events/thingGroup/g/created"));
  EXPECT_THAT(Payload(), HasSubstr(R"("parentGroupName":null,"parentGroupId":null,)"));
  Ask("POST", "/policies/p",
      R"({"policyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":)"
      R"({\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}}"})");
  Ask("PUT", "/target-policies/p", absl::StrCat(R"({"target":")", kArn, R"(thinggroup/g"})"));
  Ask("POST", "/tags",
      absl::StrCat(R"({"resourceArn":")", kArn,
                   R"(thinggroup/g","tags":[{"Key":"a","Value":"b"}]})"));
  EXPECT_THAT(Topics(), IsEmpty());
  Ask("PATCH", "/thing-groups/g", R"({"thingGroupProperties":{"thingGroupDescription":"d"}})");
  EXPECT_THAT(Topics(), ElementsAre("$aws/events/thingGroup/g/updated"));
  EXPECT_THAT(Payload(), HasSubstr(R"("versionNumber":2,)"));
}

TEST_F(ControlEvents, OfAMembershipNameBothByArnAndHaveOneId) {
  Ask("POST", "/thing-groups/g");
  Ask("POST", "/things/lamp");
  SwitchOn("THING_GROUP_MEMBERSHIP");
  const auto ask = [&](absl::string_view word) {
    Ask("PUT", absl::StrCat("/thing-groups/", word, "ThingGroup"),
        R"({"thingName":"lamp","thingGroupName":"g"})");
    return Payload().substr(Payload().find(R"("accountId")"));
  };
  const std::string added = ask("addThingTo");
  EXPECT_THAT(Topics(),
              ElementsAre("$aws/events/thingGroupMembership/thingGroup/g/thing/lamp/added"));
  EXPECT_THAT(added, AllOf(HasSubstr(absl::StrCat(
                               R"("groupArn":")", kArn, R"(thinggroup/g","groupId":")", IdOf("g"),
                               R"(","thingArn":")", kArn, R"(thing/lamp","thingId":")")),
                           HasSubstr(R"("membershipId":")")));
  EXPECT_EQ(ask("removeThingFrom"), added);
  EXPECT_THAT(Topics(),
              ElementsAre("$aws/events/thingGroupMembership/thingGroup/g/thing/lamp/removed"));
}

TEST_F(ControlEvents, OfAHierarchyTellBothIds) {
  Ask("POST", "/thing-groups/top");
  SwitchOn("THING_GROUP_HIERARCHY");
  Ask("POST", "/thing-groups/low", R"({"parentGroupName":"top"})");
  EXPECT_THAT(Topics(), ElementsAre("$aws/events/thingGroupHierarchy/thingGroup/top/"
                                    "childThingGroup/low/added"));
  EXPECT_THAT(Payload(), HasSubstr(absl::StrCat(R"("thingGroupId":")", IdOf("top"),
                                                R"(","thingGroupName":"top","childGroupId":")",
                                                IdOf("low"), R"(","childGroupName":"low"})")));
}

}  // namespace
}  // namespace control
