// Both ends of the link are given envelopes that no honest end sends: cut short, with flipped,
// doubled and swapped parts, of other versions and epochs, with absurd counts. Nothing crashes,
// nothing that does not decode has an effect, and honest envelopes are served as before.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "plugin/plugin.h"
#include "proto/arrivals.h"
#include "proto/envelope.h"
#include "proto/news.h"
#include "service/commit/worker.h"
#include "service/link/plugin_status.h"
#include "storage/memory_store.h"
#include "tests/storage/open_store.h"

namespace durability {
namespace {

using shadow::Operation;

constexpr uint64_t kTestEpoch = 7;
constexpr int kRounds = 20'000;
constexpr absl::string_view kSecret = "0123456789abcdef";
constexpr absl::string_view kUpdate = "$aws/things/T/shadow/update";

class Mutations {
 public:
  explicit Mutations(uint64_t seed) : random_(seed) {}

  // `honest`, changed in one to four ways.
  std::string Of(std::string honest) {
    for (uint64_t changes = 1 + random_() % 4; changes > 0; --changes) Change(honest);
    return honest;
  }

 private:
  size_t Place(const std::string& bytes) { return bytes.empty() ? 0 : random_() % bytes.size(); }

  void Change(std::string& bytes) {
    const size_t place = Place(bytes);
    const size_t size = 1 + random_() % 16;
    switch (random_() % 7) {
      case 0:  // cut short
        bytes.resize(place);
        break;
      case 1:  // a flipped bit
        if (!bytes.empty()) bytes[place] = static_cast<char>(bytes[place] ^ (1 << random_() % 8));
        break;
      case 2:  // a part twice
        bytes.insert(place, bytes.substr(place, size));
        break;
      case 3:  // a part gone
        bytes.erase(place, size);
        break;
      case 4:  // an absurd number
        for (size_t i = place; i < std::min(place + size, bytes.size()); ++i) bytes[i] = '\xff';
        break;
      case 5:  // two parts in each other's place
        for (size_t i = 0; i < size && place + size + i < bytes.size(); ++i) {
          std::swap(bytes[place + i], bytes[place + size + i]);
        }
        break;
      case 6:  // something after its end
        bytes.append(size, 'x');
        break;
    }
  }

  std::mt19937_64 random_;
};

std::string HonestRequests(uint64_t first, uint64_t epoch = kTestEpoch) {
  proto::RequestBatchWriter batch(epoch, first);
  batch.Add({.sequence = first,
             .operation = Operation::kUpdate,
             .id = {.thing = "T", .name = ""},
             .payload = R"({"state":{"reported":{"n":1}}})"});
  batch.Add({.sequence = first + 1,
             .operation = Operation::kGet,
             .id = {.thing = "T", .name = "named"},
             .payload = ""});
  batch.Add({.sequence = first + 2,
             .operation = Operation::kDelete,
             .resent = true,
             .id = {.thing = "U", .name = ""},
             .payload = "{}"});
  return std::move(batch).Finish();
}

std::string HonestAnswers(uint64_t sequence, uint64_t epoch = kTestEpoch) {
  proto::AnswerBatchWriter batch(epoch);
  batch.BeginAnswer(sequence, {});
  batch.BeginMessage(proto::AnswerTopic::kUpdateAccepted).append("first");
  batch.BeginMessage(proto::AnswerTopic::kUpdateDelta).append("second");
  batch.BeginAnswer(0, {.thing = "T", .name = "named"});
  batch.BeginMessage(proto::AnswerTopic::kGetAccepted).append("third");
  return std::move(batch).Finish();
}

std::string HonestNews(uint64_t number) {
  proto::NewsWriter news(/*life=*/5, number, /*origin=*/9);
  news.Add({.sequence = number,
            .replayed = true,
            .id = {"T", ""},
            .messages = {{proto::AnswerTopic::kUpdateAccepted, "first"},
                         {proto::AnswerTopic::kUpdateDelta, ""}}});
  news.Add({.id = {"T", "named"}, .messages = {{proto::AnswerTopic::kUpdateDocuments, "third"}}});
  return std::move(news).Finish();
}

std::string HonestArrivals(absl::string_view client_id) {
  proto::ArrivalBatchWriter batch(kTestEpoch, 1, /*first=*/true);
  batch.Add({.connection = 1, .since = 1000, .client_id = client_id, .thing = "T"});
  batch.Add({.connection = 2,
             .since = 1000,
             .client_id = "gone",
             .principal = "p",
             .end = proto::ArrivalEnd{.reason = "UNKNOWN", .time = 1001, .last_request = 9}});
  return std::move(batch).Finish(/*last=*/true);
}

// Every change of one byte, and every length, of either envelope is decoded or refused by name.
TEST(HostileLink, EveryByteAndEveryLengthIsDecodedOrRefused) {
  for (const std::string& honest :
       {HonestRequests(1), HonestAnswers(1), HonestNews(1), proto::EncodeHello({.life = 5}),
        proto::EncodeStatus(kTestEpoch, {.taken = 1}), HonestArrivals("device")}) {
    for (size_t place = 0; place < honest.size(); ++place) {
      const std::string cut = honest.substr(0, place);
      EXPECT_FALSE(proto::DecodeRequestBatch(cut).ok()) << place;
      EXPECT_FALSE(proto::DecodeAnswerBatch(cut).ok()) << place;
      EXPECT_FALSE(proto::DecodeStatus(cut).ok()) << place;
      EXPECT_FALSE(proto::DecodeArrivals(cut).ok()) << place;
      EXPECT_FALSE(proto::DecodeNews(cut).ok()) << place;
      for (int value = 0; value < 256; ++value) {
        std::string changed = honest;
        changed[place] = static_cast<char>(value);
        const auto requests = proto::DecodeRequestBatch(changed);
        const auto answers = proto::DecodeAnswerBatch(changed);
        const auto status = proto::DecodeStatus(changed);
        const auto arrivals = proto::DecodeArrivals(changed);
        const auto news = proto::DecodeNews(changed);
        if (!news.ok()) {
          EXPECT_FALSE(news.status().message().empty());
        }
        if (!requests.ok()) {
          EXPECT_FALSE(requests.status().message().empty());
        }
        if (!answers.ok()) {
          EXPECT_FALSE(answers.status().message().empty());
        }
        if (!status.ok()) {
          EXPECT_FALSE(status.status().message().empty());
        }
        if (!arrivals.ok()) {
          EXPECT_FALSE(arrivals.status().message().empty());
        }
      }
    }
  }
}

// Those that a worker without devices answers.
size_t OfShadows(const proto::RequestBatch& batch) {
  return static_cast<size_t>(
      std::count_if(batch.requests.begin(), batch.requests.end(),
                    [](const proto::LinkRequest& request) { return request.topic.empty(); }));
}

TEST(HostileLink, TheServiceAnswersWhatDecodesAndOutlivesTheRest) {
  const uint64_t seed = testing::UnitTest::GetInstance()->random_seed();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  Mutations mutations(seed);
  storage::MemoryStore store;
  service::Log log(service::LogLevel::kError, service::LogFormat::kText);
  auto journal = service::Journal::Load(store);
  ASSERT_TRUE(journal.ok());
  service::Counters counters;
  service::Trace trace;
  service::Worker worker({.now = [] { return int64_t{1000}; }}, store, *std::move(journal),
                         std::nullopt, counters, trace, log);
  testing::internal::CaptureStderr();
  for (int round = 0; round < kRounds; ++round) {
    const std::string hostile = mutations.Of(HonestRequests(3 * round + 1));
    const auto batch = proto::DecodeRequestBatch(hostile);
    const auto before = batch.ok() ? storage::Entries() : *storage::AllEntries(store, "");
    size_t answers = 0;
    for (const proto::Dispatch& dispatch : worker.Process({{0, hostile}})) {
      answers += proto::DecodeAnswerBatch(dispatch.answers)->answers.size();
    }
    ASSERT_EQ(answers, batch.ok() ? OfShadows(*batch) : 0) << round;
    if (!batch.ok()) {
      ASSERT_EQ(*storage::AllEntries(store, ""), before) << round;
    }
  }
  EXPECT_EQ(worker.Process({{0, HonestRequests(1, 99)}}).size(), 1u) << "honest ones are served";
  EXPECT_TRUE(absl::StrContains(testing::internal::GetCapturedStderr(), "envelope_refused"));
}

TEST(HostileLink, TheServiceKeepsTheLastStatusThatDecodes) {
  const uint64_t seed = testing::UnitTest::GetInstance()->random_seed();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  Mutations mutations(seed);
  service::Log log(service::LogLevel::kError, service::LogFormat::kText);
  service::Counters counters;
  service::PluginStatus kept(counters, log);
  testing::internal::CaptureStderr();
  kept.Hear({{0, proto::EncodeStatus(kTestEpoch, {.taken = 1})}});
  proto::PluginStatus last{.taken = 1};
  for (int round = 0; round < kRounds; ++round) {
    const std::string hostile = mutations.Of(proto::EncodeStatus(kTestEpoch, {.answered = 5}));
    if (const auto status = proto::DecodeStatus(hostile); status.ok()) last = *status;
    kept.Hear({{0, hostile}});
    ASSERT_EQ(kept.Latest(), last) << round;
  }
  EXPECT_TRUE(absl::StrContains(testing::internal::GetCapturedStderr(), "envelope_refused"));
}

const plugin::Origin kLocal{.address = "127.0.0.1"};

class CountingBroker : public plugin::Broker {
 public:
  void Publish(const std::string&, absl::string_view) override { ++published; }
  void Publish(const proto::PublishCommand&) override { ++published; }
  void PublishTo(const std::string&, absl::string_view, absl::string_view, bool) override {
    ++batches;
  }
  void Disconnect(const std::string&, bool) override { ADD_FAILURE() << "nobody did wrong"; }
  void Log(plugin::LogLevel, const std::string&) override {}
  int64_t SteadyUs() const override { return 0; }
  int64_t EpochSeconds() const override { return 0; }

  int published = 0;
  int batches = 0;
};

TEST(HostileLink, ThePluginDeliversWhatDecodesAndOutlivesTheRest) {
  const uint64_t seed = testing::UnitTest::GetInstance()->random_seed();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  Mutations mutations(seed);
  CountingBroker broker;
  plugin::Plugin plugin({.link_secret_file = "unused"}, std::string(kSecret), kTestEpoch, broker,
                        0);
  int handles[2];
  const plugin::Client service{.handle = &handles[0], .id = "$shadow/link/1"};
  const plugin::Client device{.handle = &handles[1], .id = "device"};
  plugin.Connect(service, kLocal, proto::kServiceUser, kSecret, 0);
  plugin.Connect(device, kLocal, "", "", 0);
  plugin.Message(service, proto::kAnswersTopic, proto::EncodeHello({.life = 5}), 0);
  for (int round = 0; round < kRounds; ++round) {
    plugin.Message(device, kUpdate, "{}", round);
    plugin.Tick(round);
    const std::string hostile = mutations.Of(HonestAnswers(plugin.status().taken));
    const int before = broker.published;
    plugin.Message(service, proto::kAnswersTopic, hostile, round);
    const auto batch = proto::DecodeAnswerBatch(hostile);
    if (!batch.ok() || batch->epoch != kTestEpoch) {
      ASSERT_EQ(broker.published, before) << round;
    }
  }
  EXPECT_GT(plugin.status().bad_envelopes, 0u);
  EXPECT_GT(plugin.status().foreign_answers, 0u);
  EXPECT_GT(plugin.status().answered, 0u);
}

TEST(HostileLink, ThePluginPublishesNewsThatDecodeAndOutlivesTheRest) {
  const uint64_t seed = testing::UnitTest::GetInstance()->random_seed();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  Mutations mutations(seed);
  CountingBroker broker;
  plugin::Plugin plugin({.link_secret_file = "unused"}, std::string(kSecret), kTestEpoch, broker,
                        0);
  int handle = 0;
  const plugin::Client service{.handle = &handle, .id = "$shadow/link/1"};
  plugin.Connect(service, kLocal, proto::kServiceUser, kSecret, 0);
  for (int round = 1; round <= kRounds; ++round) {
    // A number that was changed to a large one would end what comes in this life.
    for (const uint64_t life : {6, 5}) {
      plugin.Message(service, proto::kAnswersTopic,
                     proto::EncodeHello({.life = life, .has_others = true}), round);
    }
    const std::string hostile = mutations.Of(HonestNews(static_cast<uint64_t>(round)));
    const int before = broker.published;
    plugin.Message(service, proto::kAnswersTopic, hostile, round);
    const auto news = proto::DecodeNews(hostile);
    if (!news.ok() || news->life != 5) {
      ASSERT_EQ(broker.published, before) << round;
    }
    plugin.Tick(round);
  }
  EXPECT_GT(plugin.status().bad_envelopes, 0u);
  EXPECT_GT(plugin.status().news, 0u);
}

TEST(HostileLink, AnAnswerGivenTwiceOrInAnotherOrderIsDeliveredOnce) {
  CountingBroker broker;
  plugin::Plugin plugin({.link_secret_file = "unused"}, std::string(kSecret), kTestEpoch, broker,
                        0);
  int handles[2];
  const plugin::Client service{.handle = &handles[0], .id = "$shadow/link/1"};
  const plugin::Client device{.handle = &handles[1], .id = "device"};
  plugin.Connect(service, kLocal, proto::kServiceUser, kSecret, 0);
  plugin.Message(service, proto::kAnswersTopic, proto::EncodeHello({.life = 5}), 0);
  for (int i = 0; i < 3; ++i) plugin.Message(device, kUpdate, "{}", 1);
  for (const uint64_t sequence : {3, 1, 3, 2, 1, 2}) {
    proto::AnswerBatchWriter batch(kTestEpoch);
    batch.BeginAnswer(sequence, {});
    batch.BeginMessage(proto::AnswerTopic::kUpdateAccepted).append("once");
    plugin.Message(service, proto::kAnswersTopic, std::move(batch).Finish(), 2);
  }
  EXPECT_EQ(broker.published, 3);
  EXPECT_EQ(plugin.status().late_answers, 3u);
}

}  // namespace
}  // namespace durability
