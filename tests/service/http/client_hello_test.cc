#include "service/http/client_hello.h"

#include <gtest/gtest.h>

#include <string>

namespace service {
namespace {

const std::string kHttp11("\0\x09\x08http/1.1", 11);
const std::string kBoth("\0\x0c\x02h2\x08http/1.1", 14);
const std::string kWithGrease("\x3A\x3A\x13\x01\x13\x02", 6);
const std::string kWithout("\x13\x01\x13\x02\x0A\x3A", 6);

TEST(ClientHello, OfChromiumsWebSocketIsKnownByBothOfItsSigns) {
  EXPECT_TRUE(OpensWebSocketInChromium(kWithGrease, kHttp11));
  EXPECT_FALSE(OpensWebSocketInChromium(kWithGrease, kBoth));  // it fetches
  EXPECT_FALSE(OpensWebSocketInChromium(kWithGrease, ""));
  EXPECT_FALSE(OpensWebSocketInChromium(kWithout, kHttp11));  // a library
}

TEST(ClientHello, MayBeAnything) {
  EXPECT_FALSE(OpensWebSocketInChromium("", kHttp11));
  EXPECT_FALSE(OpensWebSocketInChromium("\x3A", kHttp11));
  EXPECT_FALSE(OpensWebSocketInChromium(kWithGrease, std::string("\0", 1)));
}

}  // namespace
}  // namespace service
