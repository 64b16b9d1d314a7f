#include "plugin/filters.h"

#include <gtest/gtest.h>

namespace plugin {
namespace {

constexpr absl::string_view kGet = "$aws/things/T/shadow/get";

TEST(Filters, AHashBelowTheRequestDoesNotDeliverIt) {  // K8
  Filters filters;
  filters.Connect("device", true);
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
  filters.Connect("device", true);
  filters.Subscribe("device", kGet);
  filters.Disconnect("device", false);
  filters.Connect("device", false);
  EXPECT_TRUE(filters.Deliver("device", kGet, false));
  filters.Disconnect("device", true);
  filters.Connect("device", true);
  EXPECT_FALSE(filters.Deliver("device", kGet, false));
}

TEST(Filters, AnUnknownSessionIsSparedItsOwnRequestsOnly) {
  Filters filters;
  filters.Connect("device", false);
  EXPECT_FALSE(filters.Deliver("device", kGet, true));
  EXPECT_TRUE(filters.Deliver("device", kGet, false));
  EXPECT_TRUE(filters.Deliver("nobody", kGet, false));
}

TEST(Filters, SessionsAreBounded) {
  Filters filters(/*sessions_max=*/1);
  filters.Connect("a", true);
  filters.Connect("b", true);
  EXPECT_FALSE(filters.Deliver("a", kGet, false));
  EXPECT_TRUE(filters.Deliver("b", kGet, false));  // as for an unknown session
}

}  // namespace
}  // namespace plugin
