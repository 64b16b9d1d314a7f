#include "advise/subject.h"

#include <gtest/gtest.h>

#include "shadow/json.h"

namespace advise {
namespace {

const Subject kSubject = {
    .thing = "lamp", .state = R"({"power":"on"})", .other = R"({"power":"off"})"};

std::string Document(absl::string_view json, uint64_t n = 0) {
  return DocumentOf(policy::ParseJsonTree(json).value(), kSubject, n);
}

TEST(Subject, TopicsOfAScenarioAreThoseOfItsShadow) {
  EXPECT_EQ(TopicOf("$shadow/update/delta", kSubject), "$aws/things/lamp/shadow/update/delta");
  EXPECT_EQ(TopicOf("cmd/lamp", kSubject), "cmd/lamp");
  Subject named = kSubject;
  named.shadow = "config";
  EXPECT_EQ(TopicOf("$shadow/get", named), "$aws/things/lamp/shadow/name/config/get");
}

TEST(Subject, WordsStandForDocuments) {
  EXPECT_EQ(Document(R"("$state")"), R"({"power":"on"})");
  EXPECT_EQ(Document(R"(["$other",{"advise":{"n":"$n"}}])", 7),
            R"({"power":"off","advise":{"n":7}})");
  EXPECT_EQ(Document(R"("$nulls")"), R"({"power":null})");
  EXPECT_EQ(Document(R"("$retyped")"), R"({"power":{"advise":[1]}})");
  EXPECT_EQ(Document("null"), "null");
  EXPECT_EQ(Document(R"({"a":[1,"two",true,{"b":null}]})"), R"({"a":[1,"two",true,{"b":null}]})");
}

TEST(Subject, AListIsJoinedInADocumentAlone) {
  const policy::Node list = policy::ParseJsonTree(R"([1,"$state"])").value();
  EXPECT_EQ(ValueOf(list, kSubject), R"([1,{"power":"on"}])");
}

TEST(Subject, ABigDocumentLeavesRoomForTheRest) {
  const std::string big = Document(R"("$big")");
  EXPECT_GT(big.size(), 6000u);
  EXPECT_LT(big.size(), 7000u);
  shadow::Arena arena;
  EXPECT_TRUE(shadow::ParseWholeJson(big, 0, arena));
}

TEST(Subject, ContainsLooksIntoObjectsAndNotIntoArrays) {
  EXPECT_TRUE(Contains(R"({"a":{"b":1,"c":2},"d":3})", R"({"a":{"b":1.0}})"));
  EXPECT_TRUE(Contains(R"({"a":1})", "{}"));
  EXPECT_FALSE(Contains(R"({"a":{"b":1}})", R"({"a":{"b":2}})"));
  EXPECT_FALSE(Contains(R"({"a":[1,2]})", R"({"a":[1]})"));
  EXPECT_FALSE(Contains(R"({"a":1})", R"({"b":1})"));
  EXPECT_FALSE(Contains("", "{}"));
  EXPECT_FALSE(Contains("\xff{}", "{}"));
}

}  // namespace
}  // namespace advise
