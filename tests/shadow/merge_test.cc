#include "shadow/merge.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "shadow/metadata.h"
#include "tests/shadow/text.h"

namespace shadow {
namespace {

class Merging : public testing::Test {
 protected:
  std::string Merged(absl::string_view target, absl::string_view patch) {
    return Text(Merge(Tree(target, arena_, 1), Tree(patch, arena_, 2), arena_));
  }

  Arena arena_;
};

TEST_F(Merging, MembersNotMentionedStay) {  // C1
  EXPECT_EQ(Merged(R"({"a":1,"b":{"c":2,"d":3}})", R"({"b":{"c":4}})"),
            R"({"a":1,"b":{"c":4,"d":3}})");
}

TEST_F(Merging, NullRemovesAMember) {  // C2, C3
  EXPECT_EQ(Merged(R"({"a":1,"b":2})", R"({"a":null,"z":null})"), R"({"b":2})");
  EXPECT_EQ(Merged(R"({"a":{"b":1,"c":2}})", R"({"a":{"b":null}})"), R"({"a":{"c":2}})");
}

TEST_F(Merging, ArraysAreReplacedWhole) {  // C4
  EXPECT_EQ(Merged(R"({"l":[1,2,3]})", R"({"l":[9]})"), R"({"l":[9]})");
}

TEST_F(Merging, AnotherTypeReplaces) {  // C5, C8
  EXPECT_EQ(Merged(R"({"a":1})", R"({"a":{"b":2}})"), R"({"a":{"b":2}})");
  EXPECT_EQ(Merged(R"({"a":{"b":2}})", R"({"a":"x"})"), R"({"a":"x"})");
  EXPECT_EQ(Merged(R"({"a":[1]})", R"({"a":{}})"), R"({"a":{}})");
  EXPECT_EQ(Merged(R"({"a":{"b":2}})", R"({"a":[]})"), R"({"a":[]})");
}

TEST_F(Merging, AnEmptyObjectIsStoredWhereThereWasNone) {  // C6, C7
  EXPECT_EQ(Merged("{}", R"({"a":{}})"), R"({"a":{}})");
  EXPECT_EQ(Merged(R"({"a":{"b":1}})", R"({"a":{}})"), R"({"a":{"b":1}})");
}

TEST_F(Merging, AnObjectEmptiedByNullsStays) {  // C10
  EXPECT_EQ(Merged(R"({"a":{"b":1}})", R"({"a":{"b":null}})"), R"({"a":{}})");
}

TEST_F(Merging, ANewObjectOfNullsOnlyIsNotCreated) {  // C11
  EXPECT_EQ(Merged(R"({"x":1})", R"({"a":{"b":null,"c":{"d":null}}})"), R"({"x":1})");
  EXPECT_EQ(Merged("{}", R"({"a":{"b":null,"c":{"d":null},"e":1}})"), R"({"a":{"e":1}})");
  EXPECT_EQ(Merged("{}", R"({"a":{"b":{}}})"), R"({"a":{"b":{}}})");
}

TEST_F(Merging, AnObjectOfNullsReplacesAnotherValueByNothing) {  // Q16
  EXPECT_EQ(Merged(R"({"a":5})", R"({"a":{"b":null}})"), R"({"a":{}})");
  EXPECT_EQ(Merged(R"({"a":[1]})", R"({"a":{"b":{"c":null}}})"), R"({"a":{}})");
}

TEST_F(Merging, ExistingMembersKeepTheirPlace) {  // C12
  EXPECT_EQ(Merged(R"({"a":1,"b":2})", R"({"c":3,"a":4})"), R"({"a":4,"b":2,"c":3})");
  const std::string without = Merged(R"({"a":1,"b":2})", R"({"a":null})");
  EXPECT_EQ(Merged(without, R"({"a":5})"), R"({"b":2,"a":5})");
}

TEST_F(Merging, OnlyMentionedLeavesGetANewTime) {  // D4, D5
  const Value merged = Merge(Tree(R"({"a":1,"b":{"c":2,"d":3}})", arena_, 1000),
                             Tree(R"({"b":{"c":2}})", arena_, 2000), arena_);
  std::string metadata;
  PrintMetadata(merged, metadata);
  EXPECT_EQ(metadata,
            R"({"a":{"timestamp":1000},"b":{"c":{"timestamp":2000},"d":{"timestamp":1000}}})");
}

TEST_F(Merging, TheInputsAreNotChanged) {
  const Value target = Tree(R"({"a":{"b":1}})", arena_);
  const Value patch = Tree(R"({"a":{"b":null,"c":2}})", arena_);
  Merge(target, patch, arena_);
  EXPECT_EQ(Text(target), R"({"a":{"b":1}})");
  EXPECT_EQ(Text(patch), R"({"a":{"b":null,"c":2}})");
}

TEST_F(Merging, LargeObjectsMergeByIndex) {
  std::string target = "{";
  std::string patch = "{";
  for (int i = 0; i < 1000; ++i) absl::StrAppend(&target, "\"k", i, "\":0,");
  for (int i = 999; i >= 0; i -= 2) absl::StrAppend(&patch, "\"k", i, "\":null,");
  target.back() = patch.back() = '}';
  const Value merged = Merge(Tree(target, arena_), Tree(patch, arena_), arena_);
  ASSERT_EQ(merged.members().size(), 500u);
  EXPECT_EQ(merged.members()[499].key, R"("k998")");
}

}  // namespace
}  // namespace shadow
