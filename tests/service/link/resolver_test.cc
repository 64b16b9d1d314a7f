#include "service/link/resolver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>

namespace service {
namespace {

using testing::AnyOf;
using testing::HasSubstr;

// What is found, once it has been looked up.
absl::StatusOr<std::string> Found(Resolver& resolver) {
  auto found = resolver.Next();
  while (absl::IsUnavailable(found.status())) {
    std::this_thread::yield();
    found = resolver.Next();
  }
  return found;
}

TEST(Resolver, WhatIsAnAddressOrAPathIsNotLookedUp) {
  for (const char* host : {"192.0.2.1", "2001:db8::1"}) {
    Resolver resolver(host, /*is_path=*/false);
    EXPECT_EQ(*resolver.Next(), host);
    EXPECT_EQ(*resolver.Next(), host);
  }
  Resolver path("link.sock", /*is_path=*/true);
  EXPECT_EQ(*path.Next(), "link.sock");
}

TEST(Resolver, ANameIsLookedUpAside) {
  Resolver resolver("localhost", /*is_path=*/false);
  EXPECT_TRUE(absl::IsUnavailable(resolver.Next().status()));
  const auto found = Found(resolver);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_THAT(*found, AnyOf("127.0.0.1", "::1"));
}

TEST(Resolver, ANameWithoutAddressIsSaidToBeOne) {
  Resolver resolver("no-such-host.invalid", /*is_path=*/false);
  const auto found = Found(resolver);
  EXPECT_TRUE(absl::IsNotFound(found.status())) << found.status();
  EXPECT_THAT(std::string(found.status().message()), HasSubstr("its name has no address"));
}

}  // namespace
}  // namespace service
