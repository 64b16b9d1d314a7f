#include "proto/cbor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "shadow/json.h"

namespace proto {
namespace {

using testing::HasSubstr;

struct Example {
  const char* hex;
  const char* json;
};

// RFC 8949, appendix A: those of what is taken.
constexpr Example kExamples[] = {
    {"00", "0"},
    {"01", "1"},
    {"0a", "10"},
    {"17", "23"},
    {"1818", "24"},
    {"1819", "25"},
    {"1864", "100"},
    {"1903e8", "1000"},
    {"1a000f4240", "1000000"},
    {"1b000000e8d4a51000", "1000000000000"},
    {"1bffffffffffffffff", "18446744073709551615"},
    {"20", "-1"},
    {"29", "-10"},
    {"3863", "-100"},
    {"3903e7", "-1000"},
    {"3b7fffffffffffffff", "-9223372036854775808"},
    {"f4", "false"},
    {"f5", "true"},
    {"f6", "null"},
    {"60", R"("")"},
    {"6161", R"("a")"},
    {"6449455446", R"("IETF")"},
    {"62225c", R"("\"\\")"},
    {"62c3bc", "\"\u00fc\""},
    {"63e6b0b4", "\"\u6c34\""},
    {"64f0908591", "\"\U00010151\""},
    {"80", "[]"},
    {"83010203", "[1,2,3]"},
    {"8301820203820405", "[1,[2,3],[4,5]]"},
    {"98190102030405060708090a0b0c0d0e0f101112131415161718181819",
     "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25]"},
    {"a0", "{}"},
    {"a26161016162820203", R"({"a":1,"b":[2,3]})"},
    {"826161a161626163", R"(["a",{"b":"c"}])"},
    {"a56161614161626142616361436164614461656145", R"({"a":"A","b":"B","c":"C","d":"D","e":"E"})"},
};

std::string OfHex(absl::string_view hex) { return absl::HexStringToBytes(hex); }

TEST(Cbor, IsReadAndWrittenAsInTheRfc) {
  for (const Example& example : kExamples) {
    const auto json = JsonOfCbor(OfHex(example.hex));
    ASSERT_TRUE(json.ok()) << example.hex << ": " << json.status();
    EXPECT_EQ(*json, example.json) << example.hex;
    EXPECT_EQ(absl::BytesToHexString(CborOfJson(example.json)), example.hex);
  }
}

TEST(Cbor, GivesByteStringsAsBase64) {
  EXPECT_EQ(JsonOfCbor(OfHex("40")).value(), R"("")");
  EXPECT_EQ(JsonOfCbor(OfHex("a1626269"
                             "6e"
                             "4401020304"))
                .status()
                .code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(JsonOfCbor(OfHex("a16362696e4401020304")).value(), R"({"bin":"AQIDBA=="})");
}

TEST(Cbor, KeepsTheOrderOfMembers) {
  constexpr absl::string_view kJson = R"({"zeta":1,"alpha":{"y":null,"x":[true,-300]}})";
  EXPECT_EQ(JsonOfCbor(CborOfJson(kJson)).value(), kJson);
}

TEST(Cbor, ReadsLengthsThatAreNotTheShortest) {
  EXPECT_EQ(JsonOfCbor(OfHex("1b0000000000000001")).value(), "1");
  EXPECT_EQ(JsonOfCbor(OfHex("7a0000000161")).value(), R"("a")");
}

struct Refused {
  const char* hex;
  const char* why;
};

constexpr Refused kRefused[] = {
    {"", "ends too early"},
    {"18", "ends too early"},
    {"1b00", "ends too early"},
    {"62c3", "ends too early"},
    {"8201", "ends too early"},
    {"a16161", "ends too early"},
    {"5bffffffffffffffff00", "ends too early"},
    {"9bffffffffffffffff00", "ends too early"},
    {"bbffffffffffffffff616100", "ends too early"},
    {"0000", "behind the end"},
    {"a000", "behind the end"},
    {"c11a514b67b0", "tags"},
    {"c249010000000000000000", "tags"},
    {"d9d9f700", "tags"},
    {"f90000", "floats"},
    {"fa47c35000", "floats"},
    {"fb3ff199999999999a", "floats"},
    {"f7", "simple values"},
    {"f0", "simple values"},
    {"f8ff", "simple values"},
    {"3b8000000000000000", "below -2^63"},
    {"3bffffffffffffffff", "below -2^63"},
    {"5f42010243030405ff", "indefinite length"},
    {"7f657374726561646d696e67ff", "indefinite length"},
    {"9fff", "indefinite length"},
    {"bfff", "indefinite length"},
    {"ff", "indefinite length"},
    {"1c", "reserved"},
    {"fe", "reserved"},
    {"61ff", "not UTF-8"},
    {"63eda080", "not UTF-8"},
    {"a201020304", "is no text"},
    {"a1410001", "is no text"},
    {"a2616101616102", "\"a\" twice"},
};

TEST(Cbor, SaysWhatIsNotTaken) {
  for (const Refused& refused : kRefused) {
    const auto json = JsonOfCbor(OfHex(refused.hex));
    ASSERT_FALSE(json.ok()) << refused.hex << ": " << *json;
    EXPECT_EQ(json.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(json.status().message()), HasSubstr(refused.why)) << refused.hex;
  }
}

TEST(Cbor, IsNestedNoDeeperThanIsTaken) {
  const std::string deep(kCborDepthMax, '\x81');
  EXPECT_TRUE(JsonOfCbor(absl::StrCat(deep, "\x01")).ok());
  const auto deeper = JsonOfCbor(absl::StrCat(deep, "\x81\x01"));
  EXPECT_THAT(std::string(deeper.status().message()), HasSubstr("nested deeper"));
  EXPECT_FALSE(JsonOfCbor(std::string(100'000, '\x81')).ok());
  EXPECT_FALSE(JsonOfCbor(std::string(100'000, '\x7f')).ok());
}

TEST(Cbor, OfWhatIsNoJsonIsNull) {
  EXPECT_EQ(CborOfJson(""), "\xf6");
  EXPECT_EQ(CborOfJson("{"), "\xf6");
}

// Whatever is read is JSON, and says the same once more.
TEST(Cbor, BearsAnyBytes) {
  std::mt19937 chance(20261130);
  const std::string whole = OfHex("a56161614161626142616361436164820102616563e6b0b4");
  for (int i = 0; i < 50'000; ++i) {
    std::string bytes = whole;
    for (int changes = 1 + static_cast<int>(chance() % 3); changes > 0; --changes) {
      bytes[chance() % bytes.size()] = static_cast<char>(chance());
    }
    const auto json = JsonOfCbor(bytes);
    if (!json.ok()) continue;
    shadow::Arena arena;
    ASSERT_TRUE(shadow::ParseWholeJson(*json, 0, arena)) << *json;
    ASSERT_EQ(JsonOfCbor(CborOfJson(*json)).value(), *json);
  }
}

}  // namespace
}  // namespace proto
