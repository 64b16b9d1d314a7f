#include "service/link/observations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "proto/envelope.h"

namespace service {
namespace {

using proto::Observation;
using testing::HasSubstr;
using Kind = Observation::Kind;

constexpr absl::Duration kSoon = absl::Seconds(30);  // that never passes

class ObservationsTest : public testing::Test {
 protected:
  using Follower = std::unique_ptr<Observations::Follower>;

  // The plugin is asked for this.
  struct Asked {
    uint64_t id;
    std::string thing;
    std::string client;
    bool on;

    friend bool operator==(const Asked&, const Asked&) = default;
  };

  // All that it was asked for since the last call, once there is something.
  std::vector<Asked> WaitForAsked() {
    std::vector<Order> orders;
    while (orders.empty()) {
      {
        const absl::MutexLock lock(&mutex_);
        mutex_.AwaitWithTimeout(absl::Condition(&woken_), kSoon);
        EXPECT_TRUE(woken_);
        if (!woken_) return {};
        woken_ = false;
      }
      orders = commands_.Take(true);
    }
    std::vector<Asked> asked;
    for (const Order& order : orders) {
      const auto command = proto::DecodeCommand(order.envelope);
      EXPECT_TRUE(command.ok()) << command.status();
      const auto what = std::get<proto::ObserveCommand>(command->what);
      asked.push_back({command->id, std::string(what.thing), std::string(what.client), what.on});
    }
    return asked;
  }

  void Reply(uint64_t id, absl::string_view text,
             proto::CommandResult result = proto::CommandResult::kDone) {
    commands_.Reply({0, proto::EncodeCommandReply({.id = id, .result = result, .text = text})});
  }

  // Begins to follow, and the plugin says `clock` to it.
  Follower Follow(absl::string_view thing, absl::string_view client = "",
                  absl::string_view clock = "100") {
    absl::StatusOr<Follower> follower;
    std::thread thread([&] { follower = observations_.Follow(thing, client); });
    const auto asked = WaitForAsked();
    EXPECT_EQ(asked.size(), 1u);
    EXPECT_TRUE(asked.at(0).on);
    Reply(asked[0].id, clock);
    thread.join();
    EXPECT_TRUE(follower.ok()) << follower.status();
    return *std::move(follower);
  }

  void Hear(const Observation& seen, uint64_t lost = 0) {
    EXPECT_TRUE(observations_.Hear(
        {0, proto::EncodeObservations({.epoch = 7, .lost = lost, .observations = {seen}})}));
  }

  static std::string Next(const Follower& follower) {
    return follower->Next(kSoon).value_or("nothing");
  }
  static bool HasNothing(const Follower& follower) {
    return !follower->Next(absl::ZeroDuration()).has_value();
  }

  Log log_{LogLevel::kError, LogFormat::kText};
  Counters counters_;
  absl::Mutex mutex_;
  bool woken_ ABSL_GUARDED_BY(mutex_) = false;
  Commands commands_{[this] {
    const absl::MutexLock lock(&mutex_);
    woken_ = true;
  }};
  Observations observations_{commands_, counters_, log_};
};

TEST_F(ObservationsTest, EachKindIsALine) {
  const auto follower = Follow("lamp");
  EXPECT_EQ(follower->since_us(), 100);
  const std::pair<Observation, const char*> kLines[] = {
      {{.us = 101,
        .thing = "lamp",
        .client = "c\"",
        .text = "ce17",
        .result = Observation::Result::kClosed,
        .clean = true,
        .mqtt5 = true,
        .way = proto::ConnectionWay::kWebSocket,
        .keep_alive_s = 30},
       R"({"us":101,"what":"connect","client":"c\"","clean":true,"keep_alive":30,"mqtt":5,)"
       R"("way":"websocket","certificate":"ce17","result":"closed"})"},
      {{.us = 102, .kind = Kind::kDisconnect, .thing = "lamp", .client = "c", .text = "UNKNOWN"},
       R"({"us":102,"what":"disconnect","client":"c","reason":"UNKNOWN"})"},
      {{.us = 103,
        .kind = Kind::kSubscribe,
        .thing = "lamp",
        .client = "c",
        .text = "a/#",
        .allowed = true,
        .qos = 1},
       R"({"us":103,"what":"subscribe","client":"c","topic":"a/#","qos":1,"allowed":true})"},
      {{.us = 104, .kind = Kind::kUnsubscribe, .thing = "lamp", .client = "c", .text = "a/#"},
       R"({"us":104,"what":"unsubscribe","client":"c","topic":"a/#"})"},
      {{.us = 105,
        .kind = Kind::kPublish,
        .thing = "lamp",
        .client = "c",
        .text = "a",
        .retain = true,
        .payload_bytes = 2,
        .payload = "{}"},
       R"({"us":105,"what":"publish","client":"c","topic":"a","qos":0,"retain":true,)"
       R"("allowed":false,"bytes":2,"payload":"{}"})"},
      {{.us = 106,
        .kind = Kind::kDeliver,
        .thing = "lamp",
        .client = "c",
        .text = "a",
        .payload_bytes = 2,
        .payload = "\xff\xfe"},
       R"({"us":106,"what":"deliver","client":"c","topic":"a","qos":0,"retain":false,)"
       R"("bytes":2,"payload_base64":"//4="})"},
      {{.us = 107,
        .kind = Kind::kDeliver,
        .thing = "lamp",
        .client = "c",
        .text = "a",
        .payload_bytes = 9000},
       R"({"us":107,"what":"deliver","client":"c","topic":"a","qos":0,"retain":false,)"
       R"("bytes":9000})"}};
  for (const auto& [seen, line] : kLines) {
    Hear(seen);
    EXPECT_EQ(Next(follower), line);
  }
}

TEST_F(ObservationsTest, EachFollowerIsToldOfItsThingOrClient) {
  const auto by_thing = Follow("lamp");
  const auto by_client = Follow("", "c");
  const auto both = Follow("lamp", "c");
  Hear({.us = 200, .thing = "lamp", .client = "x"});
  Hear({.us = 201, .thing = "other", .client = "c"});
  Hear({.us = 202, .thing = "other", .client = "x"});
  EXPECT_THAT(Next(by_thing), HasSubstr("200"));
  EXPECT_THAT(Next(by_client), HasSubstr("201"));
  EXPECT_THAT(Next(both), HasSubstr("200"));
  EXPECT_THAT(Next(both), HasSubstr("201"));
  for (const auto* one : {&by_thing, &by_client, &both}) EXPECT_TRUE(HasNothing(*one));
}

TEST_F(ObservationsTest, NothingIsToldOfBeforeOneFollowed) {
  const auto first = Follow("lamp");
  const auto second = Follow("lamp", "", "300");
  Hear({.us = 299, .thing = "lamp"});
  Hear({.us = 300, .thing = "lamp"});
  EXPECT_THAT(Next(first), HasSubstr("299"));
  EXPECT_THAT(Next(second), HasSubstr("300"));
}

TEST_F(ObservationsTest, ThePluginIsLetGoWithTheLastOfAKey) {
  auto first = Follow("lamp");
  auto second = Follow("lamp");
  auto other = Follow("lamp", "c");
  first.reset();
  EXPECT_TRUE(commands_.Take(true).empty());
  second.reset();
  auto asked = WaitForAsked();
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_EQ(asked[0], (Asked{asked[0].id, "lamp", "", false}));
  other.reset();
  asked = WaitForAsked();
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_EQ(asked[0], (Asked{asked[0].id, "lamp", "c", false}));
}

TEST_F(ObservationsTest, WhoIsTooSlowIsToldWhatItHasLostInItsPlace) {
  const auto follower = Follow("lamp");
  const Observation seen{.us = 500, .kind = Kind::kDisconnect, .thing = "lamp"};
  for (size_t i = 0; i < Observations::kLinesMax + 5; ++i) Hear(seen);
  for (size_t i = 0; i < Observations::kLinesMax; ++i) {
    ASSERT_THAT(Next(follower), HasSubstr("500"));
    if (i == 1) Hear({.us = 501, .kind = Kind::kDisconnect, .thing = "lamp"});
  }
  EXPECT_EQ(Next(follower), R"({"lost":5})");
  EXPECT_THAT(Next(follower), HasSubstr("501"));
  EXPECT_TRUE(HasNothing(follower));
}

TEST_F(ObservationsTest, WhatWaitsIsBoundedByItsBytes) {
  const auto follower = Follow("lamp");
  const std::string large(proto::kPublishedBytesMax, 'x');
  const Observation seen{.us = 500,
                         .kind = Kind::kPublish,
                         .thing = "lamp",
                         .payload_bytes = static_cast<uint32_t>(large.size()),
                         .payload = large};
  for (int i = 0; i < 200; ++i) Hear(seen);
  size_t bytes = 0;
  size_t lines = 0;
  std::string line = Next(follower);
  for (; line.size() > large.size(); line = Next(follower)) {
    bytes += line.size();
    ++lines;
  }
  EXPECT_LE(bytes, Observations::kLineBytesMax);
  EXPECT_EQ(line, absl::StrCat(R"({"lost":)", 200 - lines, "}"));
}

TEST_F(ObservationsTest, WhatThePluginHasLostIsTold) {
  const auto follower = Follow("lamp");
  Hear({.us = 500, .thing = "lamp"}, /*lost=*/12);
  EXPECT_THAT(Next(follower), HasSubstr("500"));
  EXPECT_EQ(Next(follower), R"({"lost":12})");
}

TEST_F(ObservationsTest, EndsWithTheLink) {
  auto follower = Follow("lamp");
  observations_.LinksAre(1);
  EXPECT_TRUE(HasNothing(follower));
  Hear({.us = 500, .thing = "lamp"});
  observations_.LinksAre(0);
  Hear({.us = 501, .thing = "lamp"});
  EXPECT_THAT(Next(follower), HasSubstr("500"));
  EXPECT_FALSE(follower->is_over());
  EXPECT_EQ(Next(follower), R"({"ended":"the broker is gone"})");
  EXPECT_TRUE(follower->is_over());
  EXPECT_TRUE(HasNothing(follower));
  // Whoever follows since is not let go with it, nor held by it.
  auto next = Follow("lamp");
  auto last = Follow("lamp");
  next.reset();
  EXPECT_TRUE(commands_.Take(true).empty());
  last.reset();
  EXPECT_FALSE(WaitForAsked().at(0).on);
  last = Follow("lamp");
  follower.reset();
  EXPECT_TRUE(commands_.Take(true).empty());
}

TEST_F(ObservationsTest, WithoutABrokerThereIsNothingToFollow) {
  absl::Status status;
  std::thread thread([&] { status = observations_.Follow("lamp", "").status(); });
  while (true) {
    const absl::MutexLock lock(&mutex_);
    if (woken_) break;
    mutex_.AwaitWithTimeout(absl::Condition(&woken_), kSoon);
  }
  EXPECT_TRUE(commands_.Take(false).empty());
  thread.join();
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
}

TEST_F(ObservationsTest, WhatThePluginRefusesIsTold) {
  absl::Status status;
  std::thread thread([&] { status = observations_.Follow("lamp", "").status(); });
  Reply(WaitForAsked().at(0).id, "at most 64", proto::CommandResult::kRefused);
  thread.join();
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("at most 64"));
}

TEST_F(ObservationsTest, CloseTellsWhoWaitsAndWhoComes) {
  const auto follower = Follow("lamp");
  absl::Status status;
  std::thread thread([&] { status = observations_.Follow("other", "").status(); });
  WaitForAsked();
  observations_.Close(absl::ZeroDuration());
  thread.join();
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_EQ(Next(follower), R"({"ended":"shadowd ends"})");
  EXPECT_TRUE(absl::IsUnavailable(observations_.Follow("lamp", "").status()));
}

TEST_F(ObservationsTest, CloseWaitsUntilWhoFollowsHasTakenTheLastLine) {
  auto follower = Follow("lamp");
  std::atomic<bool> has_taken_it = false;
  std::thread thread([&] {
    while (!follower->is_over()) follower->Next(absl::Milliseconds(20));
    absl::SleepFor(absl::Milliseconds(50));  // to send it
    has_taken_it = true;
    follower.reset();
  });
  observations_.Close(absl::Minutes(1));
  EXPECT_TRUE(has_taken_it);
  thread.join();
}

TEST_F(ObservationsTest, NamesAreHeldToTheirLimits) {
  const std::tuple<const char*, const char*, const char*> kWrong[] = {
      {"", "", "'thing' or 'client' must be there"},
      {"a/b", "", "'a/b' is not a thing's name"},
      {"lamp", "a\n", "is not a client's id"},
      {"", "$shadow/link/1", "is not a client's id"}};
  for (const auto& [thing, client, said] : kWrong) {
    const absl::Status status = observations_.Follow(thing, client).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(said));
  }
  EXPECT_TRUE(commands_.Take(true).empty());
}

TEST_F(ObservationsTest, WhatDoesNotDecodeHasNoEffectButToBeCounted) {
  const std::string envelope = proto::EncodeObservations({.epoch = 7});
  EXPECT_TRUE(observations_.Hear({0, envelope.substr(0, 20)}));
  EXPECT_EQ(counters_.Read().envelopes_refused, 1u);
  EXPECT_FALSE(observations_.Hear({0, proto::EncodeHello({.life = 5})}));
}

TEST_F(ObservationsTest, FollowersComeAndGoWhileThePluginTells) {
  std::atomic<bool> over = false;
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      for (int turn = 0; turn < 20; ++turn) {
        const auto follower = observations_.Follow("lamp", "");
        ASSERT_TRUE(follower.ok()) << follower.status();
        EXPECT_THAT(Next(*follower), HasSubstr("disconnect"));
      }
    });
  }
  std::thread link([&] {
    for (int64_t us = 1000; !over; ++us) {
      for (const Order& order : commands_.Take(true)) {
        Reply(proto::DecodeCommand(order.envelope)->id, "100");
      }
      Hear({.us = us, .kind = Kind::kDisconnect, .thing = "lamp"});
      observations_.LinksAre(1);
    }
  });
  for (std::thread& thread : threads) thread.join();
  over = true;
  link.join();
}

TEST_F(ObservationsTest, APluginThatComesWhileOthersAreThereIsAskedToo) {
  const Follower follower = Follow("lamp");
  observations_.LinksAre(0b01);
  EXPECT_TRUE(commands_.Take(0b01).empty());
  observations_.LinksAre(0b11);
  const auto orders = commands_.Take(0b11);
  ASSERT_EQ(orders.size(), 1u);
  EXPECT_EQ(orders[0].brokers, 0b10u);
  const uint64_t id = proto::DecodeCommand(orders[0].envelope)->id;
  const auto hear = [&](int64_t us) {
    const Observation seen = {.us = us, .kind = Kind::kDisconnect, .thing = "lamp"};
    observations_.Hear(
        {1, proto::EncodeObservations({.epoch = 7, .lost = 0, .observations = {seen}})});
  };
  hear(40);  // it has not said yet from when on
  commands_.Reply({1, proto::EncodeCommandReply({.id = id, .text = "50"})});
  hear(49);
  hear(50);
  const auto line = follower->Next(kSoon);
  ASSERT_TRUE(line.has_value());
  EXPECT_THAT(*line, HasSubstr("\"us\":50"));
  observations_.LinksAre(0b10);  // one is left
  EXPECT_FALSE(follower->is_over());
  hear(51);
  EXPECT_THAT(*follower->Next(kSoon), HasSubstr("\"us\":51"));
}

}  // namespace
}  // namespace service
