#include "bench/sample.h"

#include <gtest/gtest.h>

#include <string>

#include "shadow/arena.h"
#include "shadow/delta.h"
#include "shadow/json.h"
#include "shadow/limits.h"

namespace bench {
namespace {

constexpr Shape kShapes[] = {Shape::kFlat, Shape::kNested, Shape::kArray, Shape::kText};

TEST(Sample, IsAnObjectOfExactlyTheSizeAskedFor) {
  for (const Shape shape : kShapes) {
    for (size_t bytes = kSectionBytesMin; bytes < 3000; bytes += bytes < 400 ? 1 : 97) {
      shadow::Arena arena;
      const std::string section = SampleReported(shape, bytes);
      ASSERT_EQ(section.size(), bytes);
      const auto value = shadow::ParseJson(section, 0, arena);
      ASSERT_TRUE(value.has_value()) << section;
      std::string printed;
      shadow::PrintJson(*value, printed);
      ASSERT_EQ(printed, section);
      ASSERT_FALSE(shadow::DeeperThan(*value, shadow::Limits().depth_max));
    }
  }
}

TEST(Sample, BeginsWithACount) {
  for (const Shape shape : kShapes) {
    const std::string section = SampleReported(shape, 500);
    EXPECT_EQ(section.substr(0, kCountPrefix.size()), std::string(kCountPrefix));
    const std::string count = section.substr(kCountPrefix.size(), kCountDigits);
    EXPECT_EQ(count.find_first_not_of("0123456789"), std::string::npos);
    EXPECT_EQ(section[kCountPrefix.size() + kCountDigits], ',');
  }
}

TEST(Sample, DiffersFromTheDesiredOne) {
  for (const Shape shape : kShapes) {
    for (const size_t bytes : {40u, 41u, 49u, 500u}) {
      shadow::Arena arena;
      const auto desired = shadow::ParseJson(kSampleDesired, 0, arena);
      const std::string text = SampleReported(shape, bytes);
      const auto reported = shadow::ParseJson(text, 0, arena);
      EXPECT_FALSE(shadow::Delta(*desired, *reported, arena).empty());
    }
  }
}

}  // namespace
}  // namespace bench
