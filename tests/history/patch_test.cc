#include "history/patch.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "shadow/merge.h"
#include "shadow/metadata.h"
#include "tests/shadow/text.h"

namespace history {
namespace {

using shadow::Arena;
using shadow::Kind;
using shadow::Tree;
using shadow::Value;
using storage::PatchMember;
using storage::PatchNode;
using NodeKind = storage::PatchNode::Kind;

// A patch for people: `!` was not there, `=` stood, `+2=` stood at place 2, `@9` was written at 9,
// `@9{…}` the same but for these.
std::string Describe(const PatchNode& node) {
  std::string members = "{";
  for (const PatchMember& member : node.members) {
    absl::StrAppend(&members, members.size() > 1 ? "," : "",
                    member.key.substr(1, member.key.size() - 2), Describe(member.node));
  }
  members += "}";
  switch (node.kind) {
    case NodeKind::kMembers:
      return members;
    case NodeKind::kTimes:
      return absl::StrCat("@", node.time, node.members.empty() ? "" : members);
    case NodeKind::kAbsent:
      return "!";
    case NodeKind::kWhole:
      return absl::StrCat("=", shadow::Text(node.value));
    case NodeKind::kInserted:
      return absl::StrCat("+", node.place, "=", shadow::Text(node.value));
  }
  return "?";
}

std::string Printed(const Value& value) {
  std::string out;
  shadow::PrintJson(value, out);
  shadow::PrintMetadata(value, out);
  return out;
}

class Reversal : public testing::Test {
 protected:
  // The patch of what `update`, at 20, does to `section`, written at 10; checked by undoing it.
  std::string Of(absl::string_view section, absl::string_view update) {
    const Value before = Tree(section, arena_, 10);
    return Between(before, shadow::Merge(before, Tree(update, arena_, 20), arena_));
  }

  std::string Between(const Value& before, const Value& after) {
    const PatchNode patch = ReversePatch(before, after, arena_);
    const auto undone = Undo(after, patch, arena_);
    EXPECT_TRUE(undone.has_value());
    EXPECT_EQ(Printed(undone.value_or(Value())), Printed(before));
    return Describe(patch);
  }

  Arena arena_;
};

TEST_F(Reversal, OfNothingIsNothing) { EXPECT_EQ(Of(R"({"a":1})", "{}"), "{}"); }

TEST_F(Reversal, TellsTheOldValueOfALeaf) {
  EXPECT_EQ(Of(R"({"a":1,"b":{"c":2,"d":3}})", R"({"b":{"d":4}})"), "{b{d=3}}");
}

TEST_F(Reversal, TellsThatAMemberWasNotThere) {
  EXPECT_EQ(Of(R"({"a":1})", R"({"b":{"c":2}})"), "{b!}");
}

TEST_F(Reversal, TellsWhereARemovedMemberStood) {
  EXPECT_EQ(Of(R"({"a":1,"b":2,"c":3,"d":4})", R"({"b":null,"c":null,"e":5})"), "{e!,b+1=2,c+2=3}");
}

TEST_F(Reversal, TellsAnArrayWhole) {
  EXPECT_EQ(Of(R"({"a":[1,2],"b":0})", R"({"a":[1,3]})"), "{a=[1,2]}");
}

TEST_F(Reversal, TellsAValueOfAnotherTypeWhole) {
  EXPECT_EQ(Of(R"({"a":{"x":1},"b":2,"c":0})", R"({"a":7,"b":{"y":1}})"), R"({a={"x":1},b=2})");
}

TEST_F(Reversal, TellsWholeWhatHasNothingInCommonWithWhatStoodThere) {
  const Value before = Tree(R"({"a":1,"b":2})", arena_, 10);
  EXPECT_EQ(Between(before, Value()), R"(={"a":1,"b":2})");
  EXPECT_EQ(Between(before, Tree(R"({"c":3})", arena_, 20)), R"(={"a":1,"b":2})");
  EXPECT_EQ(Between(Value(), before), "={}");
}

TEST_F(Reversal, TellsAnObjectWholeWhoseMembersStoodInAnotherOrder) {
  EXPECT_EQ(Between(Tree(R"({"a":1,"b":2,"c":3})", arena_, 10),
                    Tree(R"({"b":2,"a":1,"c":3})", arena_, 10)),
            R"(={"a":1,"b":2,"c":3})");
}

TEST_F(Reversal, TellsWhenALeafWasWrittenThatIsWrittenAgain) {
  EXPECT_EQ(Of(R"({"a":1,"b":2,"c":3})", R"({"b":2})"), "{b@10}");
}

TEST_F(Reversal, TellsOneTimeForAllThatIsWrittenAgain) {
  EXPECT_EQ(Of(R"({"a":1,"b":{"c":[2,3],"d":4}})", R"({"a":1,"b":{"c":[2,3],"d":4}})"), "@10");
}

TEST_F(Reversal, TellsOfAWholeReportWhatChanged) {
  EXPECT_EQ(Of(R"({"a":1,"b":2,"c":3,"d":{"e":4}})", R"({"a":1,"b":5,"c":3,"d":{"e":4},"f":6})"),
            "@10{b=2,f!}");
}

TEST_F(Reversal, TellsWhatWasNotWrittenAgainWhereMostWas) {
  EXPECT_EQ(Of(R"({"a":1,"b":2,"c":3,"d":{},"e":[]})", R"({"a":1,"c":3})"), "@10{b{}}");
}

TEST_F(Reversal, TellsTheTimeThatMostHad) {
  const Value first =
      shadow::Merge(Tree(R"({"a":1})", arena_, 5), Tree(R"({"b":2,"c":3})", arena_, 10), arena_);
  EXPECT_EQ(
      Between(first, shadow::Merge(first, Tree(R"({"a":1,"b":2,"c":3})", arena_, 20), arena_)),
      "@10{a@5}");
}

TEST_F(Reversal, TellsAnArrayWholeThatWasWrittenAtSeveralTimes) {
  const Value leaves[] = {Value(Kind::kNumber, "1", 5), Value(Kind::kNumber, "2", 6)};
  const shadow::Member before[] = {{"\"a\"", Value::Array(leaves)}};
  EXPECT_EQ(Between(Value::Object(before), Tree(R"({"a":[1,2]})", arena_, 20)), "{a=[1,2]}");
}

TEST_F(Reversal, DoesNotLookIntoWhatIsShared) {
  // Of a shared subtree not even its kind would be right if anybody looked.
  std::vector<shadow::Member> nonsense(1000, shadow::Member{"\"same key\"", Value()});
  const Value shared = Value::Object(nonsense);
  const shadow::Member before[] = {{"\"a\"", shared}, {"\"b\"", Tree("1", arena_, 10)}};
  const shadow::Member after[] = {{"\"a\"", shared}, {"\"b\"", Tree("2", arena_, 20)}};
  EXPECT_EQ(Between(Value::Object(before), Value::Object(after)), "{b=1}");
}

TEST(Undo, RefusesAPatchThatWasMadeForSomethingElse) {
  Arena arena;
  const Value after = Tree(R"({"a":1,"b":{"c":2}})", arena);
  const Value value = Tree("7", arena);
  const PatchNode absent = {.kind = NodeKind::kAbsent};
  const PatchNode whole = {.kind = NodeKind::kWhole, .value = value};
  const auto inserted = [&](uint32_t place) {
    return PatchNode{.kind = NodeKind::kInserted, .place = place, .value = value};
  };
  const PatchMember inner[] = {{"\"x\"", whole}};
  const PatchNode members = {.members = inner};
  const std::vector<std::vector<PatchMember>> misfits = {
      {{"\"z\"", whole}},                                // of a member that is not there
      {{"\"z\"", absent}},                               // the same
      {{"\"a\"", inserted(0)}},                          // of one that is
      {{"\"z\"", inserted(3)}},                          // behind the end
      {{"\"z\"", inserted(1)}, {"\"y\"", inserted(0)}},  // out of order
      {{"\"a\"", whole}, {"\"a\"", absent}},             // twice
      {{"\"a\"", members}},                              // of members of a number
      {{"\"b\"", members}},                              // of an inner member that is not there
  };
  for (const auto& misfit : misfits) {
    const PatchNode patch = {.members = misfit};
    EXPECT_FALSE(Undo(after, patch, arena).has_value()) << Describe(patch);
  }
  EXPECT_FALSE(Undo(after, absent, arena).has_value());
  EXPECT_FALSE(Undo(after, inserted(0), arena).has_value());
}

}  // namespace
}  // namespace history
