#include "service/http/crowd.h"

#include <gtest/gtest.h>

#include <vector>

namespace service {
namespace {

TEST(Crowd, HasRoomForSoManyAndForSoManyOfOnePlace) {
  Crowd crowd(3, 2);
  std::vector<Crowd::Place> inside;
  const auto enters = [&](absl::string_view from) {
    auto place = crowd.Enter(from);
    if (place) inside.push_back(*std::move(place));
    return place.has_value();
  };
  EXPECT_TRUE(enters("a"));
  EXPECT_TRUE(enters("a"));
  EXPECT_FALSE(enters("a"));
  EXPECT_TRUE(enters("b"));
  EXPECT_FALSE(enters("c"));
  EXPECT_EQ(crowd.size(), 3u);
  EXPECT_EQ(crowd.size_from("a"), 2u);
  EXPECT_EQ(crowd.size_from("c"), 0u);
}

TEST(Crowd, HasRoomAgainOnceSomebodyHasLeft) {
  Crowd crowd(1, 1);
  {
    const auto place = crowd.Enter("a");
    EXPECT_TRUE(place);
    EXPECT_FALSE(crowd.Enter("a"));
  }
  EXPECT_EQ(crowd.size(), 0u);
  EXPECT_EQ(crowd.size_from("a"), 0u);
  EXPECT_TRUE(crowd.Enter("a"));
}

}  // namespace
}  // namespace service
