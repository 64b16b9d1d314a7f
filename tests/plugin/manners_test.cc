#include "plugin/manners.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace plugin {
namespace {

std::string RuleOf(const std::optional<Manners::Fault>& fault) {
  return fault ? std::string(fault->rule) : "";
}

std::string Slashes(size_t count) {
  std::string topic = "a";
  for (size_t i = 0; i < count; ++i) topic += "/a";
  return topic;
}

TEST(Manners, UnlessAskedForEverythingIsWellMannered) {
  Manners manners({});
  EXPECT_EQ(RuleOf(manners.Connect("$mine")), "");
  EXPECT_EQ(RuleOf(manners.KeepAlive(0)), "");
  EXPECT_EQ(RuleOf(manners.Publish("$mine/" + Slashes(300), 1u << 20, 2, true)), "");
  for (int i = 0; i < 200; ++i) {
    EXPECT_EQ(RuleOf(manners.Subscribe(1, absl::StrCat("$SYS/", i), 2, true)), "");
  }
}

TEST(Manners, WhatTheBrokerKeepsIsBoundedUnasked) {
  Manners manners({});
  EXPECT_EQ(RuleOf(manners.Connect(std::string(128, 'c'))), "");
  EXPECT_EQ(RuleOf(manners.Connect(std::string(129, 'c'))), "client_id_bytes_max");
  EXPECT_EQ(RuleOf(manners.Head(16384)), "");
  EXPECT_EQ(RuleOf(manners.Head(16385)), "head_bytes_max");
  EXPECT_EQ(RuleOf(manners.Subscribe(1, std::string(16384, 'f'), 1, true)), "");
  EXPECT_EQ(RuleOf(manners.Subscribe(1, std::string(16385, 'f'), 1, true)), "head_bytes_max");
  EXPECT_EQ(RuleOf(manners.Session(10'000)), "");  // it may subscribe anew to what it has
  EXPECT_EQ(RuleOf(manners.Session(10'001)), "session_filters_max");
}

TEST(Manners, BoundsCanBeOthersButForTheClientIds) {
  Manners manners({.client_id_bytes_max = 1024, .head_bytes_max = 0, .session_filters_max = 9});
  EXPECT_EQ(RuleOf(manners.Connect(std::string(1024, 'c'))), "");
  EXPECT_EQ(RuleOf(manners.Connect(std::string(1025, 'c'))), "client_id_bytes_max");
  EXPECT_EQ(RuleOf(manners.Head(1u << 20)), "");
  EXPECT_EQ(RuleOf(manners.Session(9)), "");
  EXPECT_EQ(RuleOf(manners.Session(10)), "session_filters_max");
}

TEST(Manners, LimitsAreInclusive) {  // K3
  const Manners manners(Manners::Aws());
  EXPECT_EQ(RuleOf(manners.Publish("t", 131072, 1, true)), "");
  EXPECT_EQ(RuleOf(manners.Publish("t", 131073, 1, true)), "payload_bytes_max");
  EXPECT_EQ(RuleOf(manners.Publish(std::string(256, 't'), 0, 0, false)), "");
  EXPECT_EQ(RuleOf(manners.Publish(std::string(257, 't'), 0, 0, false)), "topic_bytes_max");
  EXPECT_EQ(RuleOf(manners.Publish(Slashes(7), 0, 0, false)), "");
  EXPECT_EQ(RuleOf(manners.Publish(Slashes(8), 0, 0, false)), "topic_slashes_max");
  EXPECT_EQ(RuleOf(manners.Connect(std::string(128, 'c'))), "");
  EXPECT_EQ(RuleOf(manners.Connect(std::string(129, 'c'))), "client_id_bytes_max");
  EXPECT_EQ(RuleOf(manners.Connect("$c")), "no_reserved_client_id");
}

TEST(Manners, QoS2IsNotSpoken) {  // K1
  Manners manners(Manners::Aws());
  EXPECT_EQ(RuleOf(manners.Publish("t", 0, 2, false)), "no_qos_2");
  EXPECT_EQ(RuleOf(manners.Subscribe(1, "t", 2, true)), "no_qos_2");
  EXPECT_EQ(RuleOf(manners.Subscribe(1, "t", 1, true)), "");
}

TEST(Manners, ReservedTopicsAreAsAwsSupportsThem) {  // A11, A13
  Manners manners(Manners::Aws());
  EXPECT_EQ(RuleOf(manners.Publish("$aws/things/T/jobs/get", 0, 1, false)), "");
  EXPECT_EQ(RuleOf(manners.Publish("$aws/things/T/jobs/get", 0, 1, true)), "no_unsupported_topic");
  EXPECT_EQ(RuleOf(manners.Publish("$SYS/x", 0, 1, false)), "no_unsupported_topic");
  EXPECT_EQ(RuleOf(manners.Subscribe(1, "$share/g/$SYS/#", 1, true)), "no_unsupported_topic");
  EXPECT_EQ(RuleOf(manners.Subscribe(1, "$share/g/a/#", 1, true)), "");
}

TEST(Manners, WhatAwsDoesNotCountIsNotCounted) {
  Manners manners(Manners::Aws());
  EXPECT_EQ(RuleOf(manners.Publish("$aws/rules/R/" + Slashes(7), 0, 1, false)), "");
  EXPECT_EQ(RuleOf(manners.Publish("$aws/rules/R/" + Slashes(8), 0, 1, false)),
            "topic_slashes_max");
  EXPECT_EQ(RuleOf(manners.Publish("$aws/rules/R/" + std::string(256, 't'), 0, 1, false)), "");
  EXPECT_EQ(RuleOf(manners.Publish("$aws/rules/R/" + std::string(257, 't'), 0, 1, false)),
            "topic_bytes_max");
  EXPECT_EQ(RuleOf(manners.Subscribe(1, "$share/g/" + Slashes(7), 1, true)), "");
  EXPECT_EQ(RuleOf(manners.Subscribe(1, "$share/g/" + Slashes(8), 1, true)), "topic_slashes_max");
  EXPECT_EQ(RuleOf(manners.Subscribe(
                1, "$aws/commands/things/T/executions/+/response/accepted/json", 1, true)),
            "");
}

TEST(Manners, ASubscribeHasEightFilters) {  // K3
  Manners manners(Manners::Aws());
  const auto subscribe = [&](int i, bool one_packet_a_turn = true) {
    return RuleOf(manners.Subscribe(1, absl::StrCat("t/", i), 1, one_packet_a_turn));
  };
  for (int i = 0; i < 8; ++i) EXPECT_EQ(subscribe(i), "");
  EXPECT_EQ(RuleOf(manners.Subscribe(2, "of another connection", 1, true)), "");
  EXPECT_EQ(subscribe(8), "filters_max");
  manners.EndTurn();
  for (int i = 8; i < 16; ++i) EXPECT_EQ(subscribe(i), "");
  EXPECT_EQ(subscribe(16, /*one_packet_a_turn=*/false), "") << "who knows of how many packets";
}

TEST(Manners, AConnectionHasFiftySubscriptions) {  // K3
  Manners manners(Manners::Aws());
  const auto subscribe = [&](int i) {
    manners.EndTurn();
    return RuleOf(manners.Subscribe(1, absl::StrCat("t/", i), 1, true));
  };
  for (int i = 0; i < 50; ++i) EXPECT_EQ(subscribe(i), "");
  EXPECT_EQ(subscribe(49), "") << "a subscription that there is already";
  EXPECT_EQ(subscribe(50), "subscriptions_max");
  manners.Unsubscribe(1, "t/7");
  EXPECT_EQ(subscribe(50), "");
  manners.Disconnect(1);
  EXPECT_EQ(subscribe(51), "");
}

TEST(Manners, KeepAlivesAreToldAsAwsWouldTakeThem) {  // K4
  const Manners manners(Manners::Aws());
  EXPECT_EQ(RuleOf(manners.KeepAlive(30)), "");
  EXPECT_EQ(RuleOf(manners.KeepAlive(1200)), "");
  EXPECT_EQ(manners.KeepAlive(29)->text, "a keep-alive of 29 s; AWS would take it as 30 s");
  EXPECT_EQ(manners.KeepAlive(1201)->text, "a keep-alive of 1201 s; AWS would take it as 1200 s");
  EXPECT_EQ(manners.KeepAlive(0)->text, "a keep-alive of 0 s; AWS would take it as 1200 s");
}

}  // namespace
}  // namespace plugin
