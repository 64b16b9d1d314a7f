// The link as a plugin has it, over a broker that records.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "plugin/link.h"
#include "tests/plugin/recording_broker.h"

namespace plugin {

// A plugin whose link the service of life 5 has.
class LinkTest : public testing::Test {
 protected:
  LinkTest() { link_.Receive(service_, proto::EncodeHello({.life = 5}), 0); }

  // What the service is told of its command.
  proto::CommandResult ResultOf(const proto::CommandWhat& what) {
    link_.Receive(service_, proto::EncodeCommand({.id = 7, .what = what}), 0);
    const auto reply = proto::DecodeCommandReply(broker_.batches.back().payload);
    EXPECT_TRUE(reply.ok()) << reply.status();
    EXPECT_EQ(reply->id, 7u);
    return reply->result;
  }

  static std::string AnswerTo(uint64_t sequence) {
    proto::AnswerBatchWriter writer(77);
    writer.BeginAnswer(sequence, {});
    writer.BeginMessage(proto::AnswerTopic::kGetAccepted).append("{}");
    return std::move(writer).Finish();
  }

  static std::string NewsOf(uint64_t life, uint64_t number, absl::string_view payload = "{}") {
    proto::NewsWriter writer(life, number, /*origin=*/9);
    writer.Add({.sequence = number,
                .id = {"T", ""},
                .messages = {{proto::AnswerTopic::kUpdateDelta, payload}}});
    return std::move(writer).Finish();
  }

  RecordingBroker broker_;
  const Options options_{.link_secret_file = "unused"};
  Audience audience_;
  proto::PluginStatus status_;
  Warnings warnings_{broker_};
  Connections connections_{broker_};
  Requests requests_{options_, /*epoch=*/77, broker_, audience_, status_, warnings_, 0};
  Observer observer_{broker_, connections_};
  Access access_{options_, nullptr, broker_, status_};
  Link link_{broker_, requests_, connections_, nullptr, observer_, access_, warnings_, status_};
  int handles_[3];
  const Client service_{.handle = &handles_[0], .id = "$shadow/link/1"};
  const Client later_{.handle = &handles_[1], .id = "$shadow/link/2"};
  const Client device_{.handle = &handles_[2], .id = "device"};
};

}  // namespace plugin
