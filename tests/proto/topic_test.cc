#include "proto/topic.h"

#include <gtest/gtest.h>

#include <vector>

#include "absl/strings/str_cat.h"

namespace proto {
namespace {

using shadow::Operation;

TEST(Topic, PrintsAndParsesBack) {
  const std::string longest(128, 'T');
  for (const absl::string_view thing : {"T1", "name", "shadow", "a:b_c-D9", longest.c_str()}) {
    for (const absl::string_view name : {"", "S1", "update", "name", "$package"}) {
      const shadow::ShadowId id = {.thing = thing, .name = name};
      for (const auto operation : {Operation::kUpdate, Operation::kGet, Operation::kDelete}) {
        const std::string text = RequestTopic(id, operation);
        const Topic parsed = ParseTopic(text);
        EXPECT_EQ(parsed.kind, Topic::Kind::kRequest) << text;
        EXPECT_EQ(parsed.id, id) << text;
        EXPECT_EQ(parsed.operation, operation) << text;
      }
      for (int i = 0; i < kAnswerTopics; ++i) {
        const std::string text = AnswerTopicOf(id, static_cast<AnswerTopic>(i));
        EXPECT_EQ(ParseTopic(text).kind, Topic::Kind::kAnswer) << text;
        EXPECT_EQ(ParseTopic(text).id, id) << text;
      }
    }
  }
}

TEST(Topic, OneCharacterOffIsNoShadowTopic) {
  const std::string request = "$aws/things/T1/shadow/name/S1/update";
  for (size_t i = 0; i < request.size(); ++i) {
    std::string other = request;
    other[i] = other[i] == '/' ? '.' : '/';
    EXPECT_NE(ParseTopic(other).kind, Topic::Kind::kRequest) << other;
  }
  for (const absl::string_view other :
       {"", "$aws", "$aws/things", "$aws/things/T1", "$aws/things/T1/shadow",
        "$aws/things/T1/shadow/", "$aws/things/T1/shadow/update/", "/$aws/things/T1/shadow/update",
        "$aws/things/T1/shadow/update/accepted/x", "$aws/things/T1/shadow/get/delta",
        "$aws/things/T1/shadow/name/update", "$aws/things/T1/shadow/name//update",
        "$aws/things/T1/shadow/name/a/b/update", "$AWS/things/T1/shadow/update"}) {
    EXPECT_EQ(ParseTopic(other).kind, Topic::Kind::kNone) << other;
  }
}

TEST(Topic, NamesAreHeldToTheirLimits) {
  const auto kind = [](size_t thing, size_t name) {
    return ParseTopic(
               RequestTopic({.thing = std::string(thing, 'x'), .name = std::string(name, 'y')},
                            Operation::kGet))
        .kind;
  };
  EXPECT_EQ(kind(128, 64), Topic::Kind::kRequest);
  EXPECT_EQ(kind(129, 64), Topic::Kind::kNone);
  EXPECT_EQ(kind(128, 65), Topic::Kind::kNone);
}

TEST(Levels, AreTakenOneByOne) {
  absl::string_view text = "a//b/";
  bool more = true;
  std::vector<absl::string_view> levels;
  while (more) levels.push_back(TakeLevel(text, more));
  EXPECT_EQ(levels, (std::vector<absl::string_view>{"a", "", "b", ""}));
}

TEST(Levels, TheThingsStandsBehindItsPrefix) {
  EXPECT_EQ(ThingLevel("$aws/things/lamp/shadow/get"), "lamp");
  EXPECT_EQ(ThingLevel("$aws/things/+"), "+");
  EXPECT_EQ(ThingLevel("$aws/thing/lamp"), "");
  EXPECT_EQ(ThingLevel("aws/things/lamp"), "");
}

}  // namespace
}  // namespace proto
