// What a reader that is told what a text resembles makes of it: the same value, faster. And what it
// has seen on its way is what a walk finds.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "shadow/json.h"
#include "shadow/merge.h"
#include "shadow/metadata.h"
#include "tests/shadow/text.h"

namespace shadow {
namespace {

constexpr int64_t kThen = 1000;
constexpr int64_t kNow = 2000;

// What a walk finds, by other means than the reader's.
struct Walked {
  std::string text;
  size_t leaves = 0;
  size_t leaf_bytes = 0;
  size_t depth = 0;
  bool has_null = false;
  bool has_null_in_array = false;
};

void Walk(const Value& value, bool in_array, Walked& out) {
  if (!value.is_container()) {
    ++out.leaves;
    out.leaf_bytes += value.text().size();
    out.has_null |= value.is_null();
    out.has_null_in_array |= value.is_null() && in_array;
    absl::StrAppend(&out.text, value.text());
    return;
  }
  size_t depth = 0;
  const auto inner = [&](const Value& child, bool is_in_array) {
    Walked walked;
    Walk(child, is_in_array, walked);
    absl::StrAppend(&out.text, walked.text);
    out.leaves += walked.leaves;
    out.leaf_bytes += walked.leaf_bytes;
    out.has_null |= walked.has_null;
    out.has_null_in_array |= walked.has_null_in_array;
    depth = std::max(depth, walked.depth);
  };
  absl::StrAppend(&out.text, value.is_object() ? "{" : "[");
  absl::string_view separator;
  for (const Member& member : value.members()) {
    absl::StrAppend(&out.text, separator, member.key, ":");
    inner(member.value, in_array);
    separator = ",";
  }
  for (const Value& element : value.elements()) {
    absl::StrAppend(&out.text, separator);
    inner(element, true);
    separator = ",";
  }
  absl::StrAppend(&out.text, value.is_object() ? "}" : "]");
  out.depth = value.empty() ? 0 : depth + 1;
}

void ExpectTrueFacts(const Value& value, absl::string_view text) {
  for (const Member& member : value.members()) ExpectTrueFacts(member.value, text);
  for (const Value& element : value.elements()) ExpectTrueFacts(element, text);
  const Facts* const facts = value.facts();
  if (facts == nullptr) return;
  Walked walked;
  Walk(value, false, walked);
  EXPECT_EQ(facts->printed_bytes, walked.text.size()) << text;
  EXPECT_EQ(facts->leaves, walked.leaves) << text;
  EXPECT_EQ(facts->leaf_bytes, walked.leaf_bytes) << text;
  EXPECT_EQ(facts->depth, walked.depth) << text;
  EXPECT_EQ(facts->has_null, walked.has_null) << text;
  EXPECT_EQ(facts->has_null_in_array, walked.has_null_in_array) << text;
  EXPECT_TRUE(facts->text.empty() || facts->text == walked.text) << text;
}

// The same without anything that is known of it.
Value Bare(const Value& value, Arena& arena) {
  std::vector<Member> members;
  std::vector<Value> elements;
  for (const Member& member : value.members()) {
    members.push_back({member.key, Bare(member.value, arena)});
  }
  for (const Value& element : value.elements()) elements.push_back(Bare(element, arena));
  if (value.is_object()) return Value::Object(arena.Copy(absl::MakeConstSpan(members)));
  if (value.is_array()) return Value::Array(arena.Copy(absl::MakeConstSpan(elements)));
  return value;
}

std::string TextAndTimes(const Value& value) {
  std::string out = Text(value);
  PrintMetadata(value, out);
  return out;
}

class Likeness : public testing::Test {
 protected:
  size_t Below(size_t bound) {
    return std::uniform_int_distribution<size_t>(0, bound - 1)(random_);
  }

  std::string Scalar() {
    static constexpr absl::string_view kScalars[] = {
        "1",    "12",     "-5",   "1.5",     "2.50",          "1e3",       "true",
        "null", "\"on\"", "{}",   "\"off\"", "\"\\u0041\"",   "\"a\\nb\"", "[]",
        "1234", "false",  "\"\"", "[1,2]",   "[{\"a\":null}]"};
    return std::string(kScalars[Below(std::size(kScalars))]);
  }

  // Mostly the same from one to the next: the same keys, in the same order.
  std::string Object(int depth) {
    std::string out = "{";
    const char* separator = "";
    for (int key = 0; key < 6; ++key) {
      if (Below(12) == 0) continue;
      const size_t named = Below(15) == 0 ? Below(6) : static_cast<size_t>(key);
      absl::StrAppend(&out, separator, "\"key", std::string(named * 3, '-'), named, "\":");
      absl::StrAppend(&out, depth > 0 && key % 3 == 1 ? Object(depth - 1) : Scalar());
      separator = Below(20) == 0 ? " ,\n" : ",";
    }
    return out + "}";
  }

  // `text` with a few scalars changed, or none.
  std::string Resembling(std::string text) {
    for (size_t i = Below(4); i > 0; --i) {
      const size_t at = Below(text.size());
      if (text[at] >= '0' && text[at] <= '9') text[at] = static_cast<char>('1' + Below(8));
      if (Below(6) == 0) text = absl::StrReplaceAll(text, {{Scalar(), Scalar()}});
    }
    return text;
  }

  Value Plain(const std::string& text) { return *ParseJson(arena_.Copy(text), kNow, arena_); }

  void ExpectTheSame(const std::string& before, const std::string& text) {
    const Value stored = Merge(Value(), *ParseJson(arena_.Copy(before), kThen, arena_), arena_);
    const auto likened = ParseJson(arena_.Copy(text), kNow, arena_, &stored);
    const auto plain = ParseJson(arena_.Copy(text), kNow, arena_);
    ASSERT_EQ(likened.has_value(), plain.has_value()) << text;
    if (!plain) return;
    ExpectTrueFacts(*likened, text);
    ExpectTrueFacts(*plain, text);
    const Value bare = Bare(*plain, arena_);
    EXPECT_EQ(TextAndTimes(*likened), TextAndTimes(bare)) << before << " then " << text;
    EXPECT_EQ(HasNullInArray(*likened), HasNullInArray(bare)) << text;
    if (!bare.is_object()) return;
    for (const Value& target : {stored, Value()}) {
      EXPECT_EQ(TextAndTimes(Merge(target, *likened, arena_)),
                TextAndTimes(Merge(target, bare, arena_)))
          << Text(target) << " then " << text;
    }
  }

  bool Covers(const std::string& before, const std::string& text) {
    const Value stored = Plain(before);
    const auto likened = ParseJson(arena_.Copy(text), kNow, arena_, &stored);
    return likened->facts() != nullptr && !likened->facts()->covered.empty();
  }

  Arena arena_;
  std::mt19937 random_{20261130};
};

TEST_F(Likeness, ChangesNothingOfWhatIsRead) {
  for (int i = 0; i < 20'000; ++i) {
    const std::string before = Object(2);
    ExpectTheSame(before, Below(3) == 0 ? Object(2) : Resembling(before));
    arena_.Clear();
  }
}

TEST_F(Likeness, OfDamagedTextsChangesNothingEither) {
  constexpr absl::string_view kBytes = "{}[]\",:\\u0e1. -\tnft";
  for (int i = 0; i < 20'000; ++i) {
    const std::string before = Object(2);
    std::string text = before;
    for (size_t k = 0; k <= Below(3); ++k) text[Below(text.size())] = kBytes[Below(kBytes.size())];
    if (Below(4) == 0) text.resize(Below(text.size() + 1));
    ExpectTheSame(before, text);
    arena_.Clear();
  }
}

TEST_F(Likeness, IsAtItsBestWhereAnObjectIsCovered) {
  EXPECT_TRUE(Covers(R"({"a":1,"b":{"c":2}})", R"({"a":1,"b":{"c":2}})"));
  EXPECT_TRUE(Covers(R"({"a":1,"b":{"c":2}})", R"({"a":"x","b":{"c":[]}})"));
  EXPECT_TRUE(Covers(R"({"a":1,"b":{"c":2}})", "{ \"a\" : 1,\n\"b\": {\"c\": 2} }"));
  EXPECT_TRUE(Covers(R"({"a":1,"b":{"c":2}})", R"({"a":{"d":1},"b":7})"));
  EXPECT_TRUE(Covers(R"({"a":{}})", R"({"a":{}})"));
}

TEST_F(Likeness, IsNoCoverWhereMergingWouldGiveSomethingElse) {
  EXPECT_FALSE(Covers(R"({"a":1,"b":2})", R"({"a":1})"));
  EXPECT_FALSE(Covers(R"({"a":1,"b":2})", R"({"b":2,"a":1})"));
  EXPECT_FALSE(Covers(R"({"a":1,"b":2})", R"({"a":1,"b":2,"c":3})"));
  EXPECT_FALSE(Covers(R"({"a":1,"b":2})", R"({"a":1,"b":2,"a":3})"));
  EXPECT_FALSE(Covers(R"({"a":1,"b":2})", R"({"a":1,"b":null})"));
  EXPECT_FALSE(Covers(R"({"a":1,"b":{"c":2}})", R"({"a":1,"b":{}})"));
  EXPECT_FALSE(Covers(R"({"a":1,"b":{"c":2}})", R"({"a":1,"b":{"d":2}})"));
  EXPECT_FALSE(Covers(R"({"a":{}})", R"({"a":{"b":1}})"));
}

TEST_F(Likeness, OfAPrefixIsNone) {
  ExpectTheSame(R"({"a":1,"b":2})", R"({"a":12,"b":2.5})");
  ExpectTheSame(R"({"a":1,"b":2})", R"({"a":1e1,"b":2})");
  ExpectTheSame(R"({"a":true})", R"({"a":trueish})");
  ExpectTheSame(R"({"a":1})", R"({"a":1)");
}

TEST_F(Likeness, SharesTheTextsOfWhatIsTheSame) {
  const Value stored = Plain(R"({"a":"one","b":"two"})");
  const Value likened = *ParseJson(R"({"a":"one","b":"TWO"})", kNow, arena_, &stored);
  EXPECT_EQ(likened.members()[0].key.data(), stored.members()[0].key.data());
  EXPECT_EQ(likened.members()[0].value.text().data(), stored.members()[0].value.text().data());
  EXPECT_NE(likened.members()[1].value.text().data(), stored.members()[1].value.text().data());
}

TEST_F(Likeness, WhatIsCoveredIsNotCopied) {
  const Value stored = Plain(R"({"a":1,"b":{"c":2}})");
  const Value likened = *ParseJson(R"({"a":3,"b":{"c":4}})", kNow, arena_, &stored);
  EXPECT_EQ(Merge(stored, likened, arena_).members().data(), likened.members().data());
  const Value plain = Plain(R"({"a":3,"b":{"c":4}})");
  EXPECT_NE(Merge(stored, plain, arena_).members().data(), plain.members().data());
}

}  // namespace
}  // namespace shadow
