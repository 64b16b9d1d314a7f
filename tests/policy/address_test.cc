#include "policy/address.h"

#include <gtest/gtest.h>

namespace policy {
namespace {

bool Contains(absl::string_view range, absl::string_view address) {
  const auto parsed = AddressRange::Parse(range);
  const auto tested = ParseAddress(address);
  EXPECT_TRUE(parsed) << range;
  EXPECT_TRUE(tested) << address;
  return parsed && tested && parsed->Contains(*tested);
}

TEST(AddressRange, HoldsTheAddressesThatShareItsLeadingBits) {
  EXPECT_TRUE(Contains("203.0.113.0/24", "203.0.113.255"));
  EXPECT_FALSE(Contains("203.0.113.0/24", "203.0.112.255"));
  EXPECT_TRUE(Contains("10.0.0.0/9", "10.127.255.255"));
  EXPECT_FALSE(Contains("10.0.0.0/9", "10.128.0.0"));
  EXPECT_TRUE(Contains("0.0.0.0/0", "255.1.2.3"));
  EXPECT_TRUE(Contains("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(Contains("2001:db8::/33", "2001:db8:8000::1"));
}

TEST(AddressRange, WithoutBitsIsOneAddress) {
  EXPECT_TRUE(Contains("127.0.0.1", "127.0.0.1"));
  EXPECT_FALSE(Contains("127.0.0.1", "127.0.0.2"));
}

TEST(AddressRange, TakesAMappedAddressForTheIpv4AddressItIs) {
  EXPECT_TRUE(Contains("127.0.0.0/8", "::ffff:127.0.0.1"));
  EXPECT_FALSE(Contains("0.0.0.0/0", "::1"));
}

TEST(Address, IsThisMachinesOwnOrNot) {
  for (const auto* const text : {"127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1"}) {
    EXPECT_TRUE(IsLoopback(*ParseAddress(text))) << text;
  }
  for (const auto* const text : {"128.0.0.1", "10.127.0.1", "0.0.0.0", "::", "fe80::1"}) {
    EXPECT_FALSE(IsLoopback(*ParseAddress(text))) << text;
  }
}

TEST(AddressRange, RefusesWhatIsNone) {
  for (const auto* const text : {"", "1.2.3", "1.2.3.4/33", "1.2.3.4/-1", "1.2.3.4/", "::/129",
                                 "localhost", "1.2.3.4 ", "::1/x"}) {
    EXPECT_FALSE(AddressRange::Parse(text)) << text;
  }
  EXPECT_FALSE(ParseAddress(std::string(500, ':')));
  EXPECT_FALSE(ParseAddress(absl::string_view("1.2.3.4\0x", 9)).has_value());
}

}  // namespace
}  // namespace policy
