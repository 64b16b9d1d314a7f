#include "shadow/metadata.h"

#include <gtest/gtest.h>

#include "tests/shadow/text.h"

namespace shadow {
namespace {

std::string MetadataOf(absl::string_view text) {
  Arena arena;
  std::string out;
  PrintMetadata(Tree(text, arena, 7), out);
  return out;
}

TEST(Metadata, MirrorsTheState) {  // D1 to D3, D8
  EXPECT_EQ(MetadataOf(R"({"a":1,"b":{"c":"x"},"d":{},"e":[]})"),
            R"({"a":{"timestamp":7},"b":{"c":{"timestamp":7}},"d":{},"e":[]})");
  EXPECT_EQ(MetadataOf(R"({"l":[1,[2],{"k":3}]})"),
            R"({"l":[{"timestamp":7},[{"timestamp":7}],{"k":{"timestamp":7}}]})");
}

TEST(Metadata, TreatsNullAsALeaf) {  // D9
  EXPECT_EQ(MetadataOf("null"), R"({"timestamp":7})");
  EXPECT_EQ(MetadataOf(R"({"desired":null})"), R"({"desired":{"timestamp":7}})");
}

TEST(Metadata, KnowsNoSpecialNames) {  // C15
  EXPECT_EQ(MetadataOf(R"({"timestamp":{"timestamp":1}})"),
            R"({"timestamp":{"timestamp":{"timestamp":7}}})");
}

}  // namespace
}  // namespace shadow
