#include "plugin/filters.h"

#include <gtest/gtest.h>

namespace plugin {
namespace {

const int one = 1;  // connections
const int two = 2;
constexpr absl::string_view kGet = "$aws/things/T/shadow/get";

TEST(Filters, AHashBelowTheRequestDoesNotDeliverIt) {  // K8
  Filters filters;
  filters.Connect("device", &one, true);
  filters.Subscribe("device", "$aws/things/T/shadow/get/#");
  EXPECT_FALSE(filters.Deliver("device", kGet, true));
  EXPECT_FALSE(filters.Deliver("device", kGet, false));
  filters.Subscribe("device", "$share/g/$aws/things/T/shadow/#");
  EXPECT_TRUE(filters.Deliver("device", kGet, true));
  filters.Unsubscribe("device", "$share/g/$aws/things/T/shadow/#");
  EXPECT_FALSE(filters.Deliver("device", kGet, true));
}

TEST(Filters, ASessionOutlivesItsConnection) {
  Filters filters;
  filters.Connect("device", &one, true);
  filters.Subscribe("device", kGet);
  filters.Disconnect("device", &one, false);
  filters.Connect("device", &one, false);
  EXPECT_TRUE(filters.Deliver("device", kGet, false));
  filters.Disconnect("device", &one, true);
  filters.Connect("device", &one, true);
  EXPECT_FALSE(filters.Deliver("device", kGet, false));
}

TEST(Filters, AnUnknownSessionIsSparedItsOwnRequestsOnly) {
  Filters filters;
  filters.Connect("device", &one, false);
  EXPECT_FALSE(filters.Deliver("device", kGet, true));
  EXPECT_TRUE(filters.Deliver("device", kGet, false));
  EXPECT_TRUE(filters.Deliver("nobody", kGet, false));
}

TEST(Filters, AnOldConnectionThatGoesLateTakesNothingWithIt) {
  Filters filters;
  filters.Connect("device", &one, true);
  filters.Connect("device", &two, true);
  filters.Disconnect("device", &one, true);
  filters.Subscribe("device", kGet);
  EXPECT_TRUE(filters.Deliver("device", kGet, true));
}

TEST(Filters, AnUnknownSessionIsNotHandedWhatAKnownFilterExplains) {
  Filters filters;
  filters.Connect("device", &one, false);
  filters.Subscribe("device", "$aws/things/T/shadow/get/#");
  EXPECT_FALSE(filters.Deliver("device", kGet, false));
  EXPECT_TRUE(filters.Deliver("device", "$aws/things/T/shadow/update", false));
}

TEST(Filters, SessionsAreBounded) {
  Filters filters(/*sessions_max=*/1);
  filters.Connect("a", &one, true);
  filters.Connect("b", &one, true);
  EXPECT_FALSE(filters.Deliver("a", kGet, false));
  EXPECT_TRUE(filters.Deliver("b", kGet, false));  // as for an unknown session
}

}  // namespace
}  // namespace plugin
