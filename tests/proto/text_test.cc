#include "proto/text.h"

#include <gtest/gtest.h>
#include <mosquitto.h>

#include <string>

namespace proto {
namespace {

// The code point as UTF-8 would have it, also where UTF-8 has none.
std::string Encoded(uint32_t point) {
  const auto byte = [](uint32_t value) { return static_cast<char>(value); };
  if (point < 0x80) return {byte(point)};
  if (point < 0x800) return {byte(0xC0 | point >> 6), byte(0x80 | (point & 0x3F))};
  if (point < 0x10000) {
    return {byte(0xE0 | point >> 12), byte(0x80 | (point >> 6 & 0x3F)),
            byte(0x80 | (point & 0x3F))};
  }
  return {byte(0xF0 | point >> 18), byte(0x80 | (point >> 12 & 0x3F)),
          byte(0x80 | (point >> 6 & 0x3F)), byte(0x80 | (point & 0x3F))};
}

TEST(Text, HasWhatMosquittoLetsStand) {
  for (uint32_t point = 0; point <= 0x11FFFF; ++point) {
    const std::string text = "a" + Encoded(point) + "z";
    ASSERT_EQ(IsText(text), mosquitto_validate_utf8(text.data(), static_cast<int>(text.size())) ==
                                MOSQ_ERR_SUCCESS)
        << "U+" << std::hex << point;
  }
}

TEST(Text, IsUtf8) {
  for (const char* bytes : {"\x80", "\xC3", "\xC0\xAF", "\xE2\x82", "\xF0\x9F\x98", "\xFF"}) {
    EXPECT_FALSE(IsText(bytes));
  }
}

TEST(Text, HasALengthThatMqttCanSay) {
  EXPECT_TRUE(IsText(std::string(kTextBytesMax, 'x')));
  EXPECT_FALSE(IsText(std::string(kTextBytesMax + 1, 'x')));
}

TEST(Text, OfATopicHasNoWildcards) {
  EXPECT_TRUE(IsTopicName("a/b//c d/"));
  EXPECT_TRUE(IsTopicName("\u00e9"));
  for (const char* text : {"", "a/+", "a/#", "a+b", "\x01", "a\u2028\uFFFF"}) {
    EXPECT_FALSE(IsTopicName(text)) << text;
  }
}

}  // namespace
}  // namespace proto
