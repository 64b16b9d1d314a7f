#include "service/link/commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace service {
namespace {

using proto::CommandResult;
using testing::ElementsAre;

// What a command has come to: the result, the topics of what is retained, and the text.
struct Told {
  bool replied = false;
  CommandResult result = CommandResult::kDone;
  std::vector<std::string> topics{};
  std::vector<std::string> payloads{};
  std::string text{};
};

class SeveralBrokers : public testing::Test {
 protected:
  void Put(const proto::CommandWhat& what, Brokers to = kAllBrokers) {
    commands_.Put(
        what,
        [this](const proto::CommandReply* reply) {
          Told& told = told_.emplace_back();
          if (reply == nullptr) return;
          told = {.replied = true, .result = reply->result, .text = std::string(reply->text)};
          for (const proto::RetainedMessage& message : reply->retained) {
            told.topics.emplace_back(message.topic);
            told.payloads.emplace_back(message.payload);
          }
        },
        to);
  }

  // The id of the one command that leaves, and to whom.
  std::pair<uint64_t, Brokers> TakeOne(Brokers up) {
    const auto orders = commands_.Take(up);
    if (orders.size() != 1) return {0, 0};
    return {proto::DecodeCommand(orders[0].envelope)->id, orders[0].brokers};
  }

  void Reply(size_t broker, const proto::CommandReply& reply) {
    EXPECT_TRUE(commands_.Reply({broker, proto::EncodeCommandReply(reply)}));
  }

  Commands commands_{[] {}};
  std::vector<Told> told_;
};

TEST_F(SeveralBrokers, ACommandGoesToThoseThatAreThereAndIsToldOnceAllHaveReplied) {
  Put(proto::DisconnectCommand{.client_id = "lamp"});
  const auto [id, brokers] = TakeOne(0b101);
  EXPECT_EQ(brokers, 0b101u);
  Reply(0, {.id = id, .result = CommandResult::kNoSuchClient});
  EXPECT_TRUE(told_.empty());
  Reply(1, {.id = id, .result = CommandResult::kForbidden});  // was not asked
  EXPECT_TRUE(told_.empty());
  Reply(2, {.id = id});
  ASSERT_EQ(told_.size(), 1u);
  EXPECT_EQ(told_[0].result, CommandResult::kDone);  // one has done it
  Reply(2, {.id = id});
  EXPECT_EQ(told_.size(), 1u);
}

TEST_F(SeveralBrokers, WhatNoneHasDoneIsNotDone) {
  Put(proto::PublishCommand{.topic = "a"});
  const auto [id, brokers] = TakeOne(0b11);
  Reply(0, {.id = id, .result = CommandResult::kForbidden});
  Reply(1, {.id = id, .result = CommandResult::kForbidden});
  ASSERT_EQ(told_.size(), 1u);
  EXPECT_EQ(told_[0].result, CommandResult::kForbidden);
}

TEST_F(SeveralBrokers, ARegistryIsInForceOnceItIsEverywhere) {
  Put(proto::RegistryCommand{.changes = {}, .reload = true});
  auto [id, brokers] = TakeOne(0b11);
  Reply(1, {.id = id, .text = "2"});
  Reply(0, {.id = id, .text = "3"});
  ASSERT_EQ(told_.size(), 1u);
  EXPECT_EQ(told_[0].text, "5");  // connections ended
  Put(proto::RegistryCommand{.changes = {}, .reload = true});
  id = TakeOne(0b11).first;
  Reply(0, {.id = id, .text = "1"});
  Reply(1, {.id = id, .result = CommandResult::kRefused, .text = "no such file"});
  ASSERT_EQ(told_.size(), 2u);
  EXPECT_EQ(told_[1].result, CommandResult::kRefused);
  EXPECT_EQ(told_[1].text, "no such file");
}

TEST_F(SeveralBrokers, RetainedMessagesAreOfAllBrokersByTheirTopics) {
  Put(proto::RetainedCommand{.topic = "", .most = 3});
  const auto [id, brokers] = TakeOne(0b11);
  Reply(1, {.id = id, .retained = {{.topic = "b", .payload = "1b"}, {.topic = "d"}}});
  Reply(0,
        {.id = id, .retained = {{.topic = "a"}, {.topic = "b", .payload = "0b"}, {.topic = "c"}}});
  ASSERT_EQ(told_.size(), 1u);
  EXPECT_THAT(told_[0].topics, ElementsAre("a", "b", "c"));
  EXPECT_EQ(told_[0].payloads[1], "1b");  // that told first
}

TEST_F(SeveralBrokers, WhoIsLostIsNotWaitedFor) {
  Put(proto::PublishCommand{.topic = "a"});
  Put(proto::PublishCommand{.topic = "b"});
  const auto orders = commands_.Take(0b11);
  ASSERT_EQ(orders.size(), 2u);
  Reply(0, {.id = proto::DecodeCommand(orders[0].envelope)->id});
  commands_.Expire(0b01);
  ASSERT_EQ(told_.size(), 1u);  // the other one may still come from broker 0
  EXPECT_TRUE(told_[0].replied);
  commands_.Expire(0);
  ASSERT_EQ(told_.size(), 2u);
  EXPECT_FALSE(told_[1].replied);
}

TEST_F(SeveralBrokers, WhatIsForOneIsForThatOneAlone) {
  Put(proto::DisconnectCommand{.client_id = "lamp"}, BrokerBit(1));
  EXPECT_EQ(TakeOne(0b11).second, 0b10u);
  Put(proto::DisconnectCommand{.client_id = "lamp"}, BrokerBit(1));
  EXPECT_EQ(TakeOne(0b01).first, 0u);  // it is away
  EXPECT_EQ(told_.size(), 2u);
  EXPECT_FALSE(told_[0].replied);
}

TEST_F(SeveralBrokers, EachCanBeHeardByItself) {
  std::vector<std::pair<size_t, bool>> heard;
  commands_.PutToEach(proto::ObserveCommand{.thing = "lamp"},
                      [&](size_t broker, const proto::CommandReply* reply) {
                        heard.emplace_back(broker, reply != nullptr);
                      });
  const auto [id, brokers] = TakeOne(0b111);
  Reply(2, {.id = id, .text = "5"});
  Reply(1, {.id = id, .text = "7"});
  commands_.Expire(0b110);  // 0 is lost
  EXPECT_THAT(heard, ElementsAre(std::pair(2u, true), std::pair(1u, true), std::pair(0u, false)));
}

}  // namespace
}  // namespace service
