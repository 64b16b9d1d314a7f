#include "proto/command.h"

#include <gtest/gtest.h>

namespace proto {
namespace {

PublishCommand Everything() {
  return {.topic = "a/b",
          .at_least_once = true,
          .retain = true,
          .payload = "hello",
          .content_type = "text/plain",
          .response_topic = "r",
          .correlation_data = "c",
          .expiry_seconds = 5,
          .payload_is_utf8 = false,
          .user_properties = {{"k", "v"}, {"k", "w"}},
          .principal = "AKIA",
          .address = "::1",
          .is_own = true};
}

TEST(Command, ComesBackAsItWas) {
  const std::string publish = EncodeCommand({.id = 7, .what = Everything()});
  EXPECT_TRUE(IsCommand(publish));
  EXPECT_FALSE(IsCommandReply(publish));
  const auto decoded = DecodeCommand(publish);
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(decoded->id, 7u);
  EXPECT_EQ(std::get<PublishCommand>(decoded->what), Everything());

  const std::string disconnect = EncodeCommand({.id = 1, .what = DisconnectCommand{"client"}});
  EXPECT_EQ(
      disconnect,
      std::string("SL\x0D\x05\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\x01\0\x06\0client", 34));
  EXPECT_EQ(std::get<DisconnectCommand>(DecodeCommand(disconnect)->what),
            DisconnectCommand{"client"});
  const DisconnectCommand silent{.client_id = "client", .prevent_will = true};
  EXPECT_EQ(
      std::get<DisconnectCommand>(DecodeCommand(EncodeCommand({.id = 1, .what = silent}))->what),
      silent);
  const DisconnectCommand taken_over{.client_id = "c", .taken_over = 9};
  std::string moved = EncodeCommand({.id = 1, .what = taken_over});
  EXPECT_EQ(moved.substr(24), std::string("\x01\x02\x01\0c\x09\0\0\0\0\0\0\0", 13));
  EXPECT_EQ(std::get<DisconnectCommand>(DecodeCommand(moved)->what), taken_over);
  moved[29] = 0;  // no connection has this number
  EXPECT_FALSE(DecodeCommand(moved).ok());

  const RetainedCommand asked{.topic = "a", .after = "b", .most = 3};
  const std::string retained = EncodeCommand({.id = 2, .what = asked});
  EXPECT_EQ(std::get<RetainedCommand>(DecodeCommand(retained)->what), asked);

  const FaultsCommand faults{.verb = FaultsCommand::Verb::kRecord, .text = "week"};
  const std::string record = EncodeCommand({.id = 2, .what = faults});
  EXPECT_EQ(record, std::string("SL\x0D\x05\0\0\0\0\0\0\0\0\0\0\0\0\x02\0\0\0\0\0\0\0\x03\x03"
                                "\x04\0\0\0week",
                                34));
  EXPECT_EQ(std::get<FaultsCommand>(DecodeCommand(record)->what), faults);

  const ObserveCommand observe{.thing = "lamp", .client = "c"};
  const std::string observed = EncodeCommand({.id = 2, .what = observe});
  EXPECT_EQ(observed, std::string("SL\x0D\x05\0\0\0\0\0\0\0\0\0\0\0\0\x02\0\0\0\0\0\0\0\x04\x01"
                                  "\x04\0lamp\x01\0c",
                                  35));
  EXPECT_EQ(std::get<ObserveCommand>(DecodeCommand(observed)->what), observe);
  const ObserveCommand no_more{.thing = "lamp", .on = false};
  EXPECT_EQ(
      std::get<ObserveCommand>(DecodeCommand(EncodeCommand({.id = 1, .what = no_more}))->what),
      no_more);

  const RegistryCommand registry{
      .changes = {{.part = 6, .name = "ab", .text = "{}"}, {.part = 1, .name = "c"}}};
  const std::string changed = EncodeCommand({.id = 2, .what = registry});
  EXPECT_EQ(changed, std::string("SL\x0D\x05\0\0\0\0\0\0\0\0\0\0\0\0\x02\0\0\0\0\0\0\0\x05\0\x02\0"
                                 "\x06\x01\x02\0ab\x02\0\0\0{}"
                                 "\x01\0\x01\0c",
                                 45));
  EXPECT_EQ(std::get<RegistryCommand>(DecodeCommand(changed)->what), registry);
  const RegistryCommand all{.reload = true};
  EXPECT_EQ(std::get<RegistryCommand>(DecodeCommand(EncodeCommand({.id = 1, .what = all}))->what),
            all);

  const CommandReply told{
      .id = 3,
      .retained = {{.topic = "a", .qos = 1, .payload_bytes = 3, .payload = {"b\0c", 3}},
                   {.topic = "b", .qos = 2, .payload_bytes = 1 << 30}},
      .text = "[]"};
  const std::string messages = EncodeCommandReply(told);
  EXPECT_EQ(*DecodeCommandReply(messages), told);
  for (size_t size = 0; size < messages.size(); ++size) {
    EXPECT_FALSE(DecodeCommandReply(absl::string_view(messages).substr(0, size)).ok()) << size;
  }

  const std::string reply = EncodeCommandReply({.id = 9, .result = CommandResult::kNoSuchClient});
  EXPECT_EQ(reply, std::string(
                       "SL\x0D\x06\0\0\0\0\0\0\0\0\0\0\0\0\x09\0\0\0\0\0\0\0\x02\0\0\0\0\0\0", 31));
  EXPECT_EQ(DecodeCommandReply(reply)->result, CommandResult::kNoSuchClient);
}

TEST(Command, AnyOtherLengthIsRefused) {
  for (const std::string& whole :
       {EncodeCommand({.id = 7, .what = Everything()}),
        EncodeCommand({.id = 1, .what = DisconnectCommand{"client"}}),
        EncodeCommand({.id = 1, .what = RetainedCommand{"topic"}}),
        EncodeCommand({.id = 1, .what = FaultsCommand{.text = "x"}}),
        EncodeCommand({.id = 1, .what = ObserveCommand{.client = "x"}}),
        EncodeCommand({.id = 1, .what = RegistryCommand{.reload = true}}),
        EncodeCommand({.id = 1, .what = RegistryCommand{{{1, "x", "y"}, {1, "z"}}}})}) {
    for (size_t size = 0; size < whole.size(); ++size) {
      EXPECT_FALSE(DecodeCommand(absl::string_view(whole).substr(0, size)).ok()) << size;
    }
    EXPECT_FALSE(DecodeCommand(whole + "x").ok());
  }
  const std::string reply = EncodeCommandReply({.id = 9});
  EXPECT_FALSE(DecodeCommandReply(reply + "x").ok());
  EXPECT_FALSE(DecodeCommandReply(absl::string_view(reply).substr(1)).ok());
}

TEST(Command, WhatMeansNothingIsRefused) {
  EXPECT_FALSE(DecodeCommand(EncodeCommand({.id = 0, .what = Everything()})).ok());
  EXPECT_FALSE(DecodeCommand(EncodeCommand({.id = 1, .what = PublishCommand{}})).ok());
  EXPECT_FALSE(
      DecodeCommand(EncodeCommand({.id = 1, .what = RetainedCommand{.topic = "t", .most = 0}}))
          .ok());
  EXPECT_FALSE(DecodeCommand(EncodeCommand({.id = 1, .what = DisconnectCommand{}})).ok());
  EXPECT_FALSE(DecodeCommand(EncodeCommand({.id = 1, .what = ObserveCommand{}})).ok());
  std::string observe = EncodeCommand({.id = 1, .what = ObserveCommand{.thing = "x"}});
  observe[25] = 2;
  EXPECT_FALSE(DecodeCommand(observe).ok());
  std::string flagged = EncodeCommand({.id = 1, .what = Everything()});
  flagged[25] = '\x20';
  EXPECT_FALSE(DecodeCommand(flagged).ok());
  std::string result = EncodeCommandReply({.id = 1});
  result[24] = 6;
  EXPECT_FALSE(DecodeCommandReply(result).ok());
}

std::string WhyNot(const RegistryCommand& registry) {
  const auto decoded = DecodeCommand(EncodeCommand({.id = 1, .what = registry}));
  return std::string(decoded.status().message());
}

TEST(Command, AChangeOfTheRegistryIsHeldToItsBounds) {
  const std::string text(kRegistryTextBytesMax, ' ');
  const std::string name(kRegistryNameBytesMax, 'n');
  const RegistryCommand::Change most{.part = 1, .name = name, .text = text};
  EXPECT_EQ(WhyNot({{most}}), "");
  EXPECT_EQ(WhyNot({std::vector<RegistryCommand::Change>(kRegistryChangesMax, {1, "x"})}), "");

  EXPECT_EQ(WhyNot({std::vector<RegistryCommand::Change>(kRegistryChangesMax + 1, {1, "x"})}),
            "link envelope: a registry command: 1001 changes; at most 1000 are allowed");
  EXPECT_EQ(WhyNot({{{1, name + "n"}}}),
            "link envelope: a registry command: a name of 256 bytes; at most 255 are allowed");
  EXPECT_EQ(WhyNot({{{1, "x", text + " "}}}),
            "link envelope: a registry command: a text of 1048577 bytes; at most 1048576 are "
            "allowed");
  EXPECT_EQ(WhyNot({{most, most}}),
            "link envelope: a registry command: 2097662 bytes of names and texts; at most 2097152 "
            "are allowed");
  EXPECT_EQ(WhyNot({{{1, ""}}}), "link envelope: a registry command: an entry has no name");
  EXPECT_EQ(WhyNot({}), "link envelope: a registry command: it changes nothing");
  EXPECT_EQ(WhyNot({{{1, "x"}}, true}),
            "link envelope: a registry command: changes beside the whole folder");
}

TEST(Command, ADamagedChangeOfTheRegistryIsRefused) {
  const std::string whole = EncodeCommand({.id = 1, .what = RegistryCommand{{{1, "x", "y"}}}});
  const auto with = [&](size_t at, char byte) {
    std::string damaged = whole;
    damaged[at] = byte;
    return DecodeCommand(damaged).ok();
  };
  EXPECT_TRUE(with(28, '\x7f'));  // which parts there are is not ours to know
  EXPECT_FALSE(with(25, 2));      // flags
  EXPECT_FALSE(with(26, 2));      // more entries than there are
  EXPECT_FALSE(with(27, '\xff'));
  EXPECT_FALSE(with(29, 2));  // neither a text nor none
  EXPECT_FALSE(with(29, 0));
  EXPECT_FALSE(with(36, '\xff'));  // a text of 4 GB
}

}  // namespace
}  // namespace proto
