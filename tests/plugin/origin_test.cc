#include "plugin/principal/origin.h"

#include <gtest/gtest.h>

namespace plugin {
namespace {

TEST(Origin, LoopbackAndUnixSocketsAreLocal) {
  for (const char* address : {"127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1",
                              "/run/broker.sock", "link/socket", "unix-socket"}) {
    EXPECT_TRUE(IsLocal(address)) << address;
  }
}

TEST(Origin, OtherAddressesAndNoneAreNot) {
  for (const char* address : {"", "192.0.2.1", "128.0.0.1", "0.0.0.0", "::", "fe80::1", "fd00::2",
                              "::ffff:192.0.2.1", "10.127.0.1"}) {
    EXPECT_FALSE(IsLocal(address)) << address;
  }
}

TEST(Origin, AnIpv4AddressIsToldAsOne) {
  EXPECT_EQ(PlainAddress("::ffff:127.0.0.1"), "127.0.0.1");
  for (const char* address : {"", "127.0.0.1", "::1", "fe80::1", "::ffff:1:2", "/run/b.sock"}) {
    EXPECT_EQ(PlainAddress(address), address);
  }
}

}  // namespace
}  // namespace plugin
