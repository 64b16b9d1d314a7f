#include "proto/envelope.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <numeric>
#include <random>

#include "proto/envelope_bytes.h"

namespace proto {
namespace {

using shadow::Operation;
using testing::HasSubstr;

std::string TwoRequests() {
  RequestBatchWriter writer(0x0102030405060708, 5);
  writer.Add({.sequence = 5, .operation = Operation::kGet, .id = {"T", ""}, .payload = ""});
  writer.Add({.sequence = 6,
              .operation = Operation::kDelete,
              .resent = true,
              .id = {"Thing", "S"},
              .payload = "{}",
              .unheard = {.documents = true},
              .connection = 0x1112131415161718});
  return std::move(writer).Finish();
}

std::string TwoAnswers() {
  AnswerBatchWriter writer(9);
  writer.BeginAnswer(5, {"ignored", "ignored"});
  writer.BeginMessage(AnswerTopic::kUpdateAccepted).append("accepted");
  writer.BeginMessage(AnswerTopic::kUpdateDocuments);
  writer.BeginAnswer(0, {"T", "S"});
  writer.BeginMessage(AnswerTopic::kDeleteAccepted).append("{}");
  return std::move(writer).Finish();
}

// Each member another number.
PluginStatus SomeStatus() {
  PluginStatusNumbers numbers;
  std::iota(numbers.begin(), numbers.end(), 0x0102030405060708);
  return std::bit_cast<PluginStatus>(numbers);
}

TEST(Envelope, HasTheDocumentedBytes) {  // docs/link-format.md
  RequestBatchWriter writer(0x0102030405060708, 1);
  writer.Add({.sequence = 2,
              .operation = Operation::kGet,
              .id = {"T", "S"},
              .payload = "{}",
              .connection = 3});
  const std::string bytes = std::move(writer).Finish();
  EXPECT_EQ(bytes, std::string("SL\x0D\x02\x01\0\0\0\x08\x07\x06\x05\x04\x03\x02\x01"
                               "\x01\0\0\0\0\0\0\0"
                               "\x02\0\0\0\0\0\0\0\x03\0\0\0\0\0\0\0"
                               "\x01\0\x01\x01\x02\0\0\0TS{}",
                               52));
  const std::string status = EncodeStatus(7, SomeStatus());
  EXPECT_EQ(status.size(), 16 + 70 * 8u);
  EXPECT_EQ(status.substr(0, 24), std::string("SL\x0D\x04\x46\0\0\0\x07\0\0\0\0\0\0\0"
                                              "\x08\x07\x06\x05\x04\x03\x02\x01",
                                              24));
  const std::string hello("SL\x0D\x01\0\0\0\0\0\0\0\0\0\0\0\0\x08\x07\x06\x05\x04\x03\x02\x01\0",
                          25);
  EXPECT_EQ(EncodeHello({.life = 0x0102030405060708}), hello);
  EXPECT_EQ(EncodeHello({.life = 0x0102030405060708, .has_others = true}),
            hello.substr(0, 24) + '\x01');
}

TEST(Envelope, ARequestBeyondShadowsHasItsTopic) {  // docs/link-format.md
  RequestBatchWriter writer(7, 1);
  writer.Add({.sequence = 2, .resent = true, .id = {}, .topic = "$aws/x", .payload = "{}"});
  writer.Add({.sequence = 3, .id = {"T", ""}, .payload = "{}"});
  const std::string bytes = std::move(writer).Finish();
  EXPECT_EQ(bytes.substr(24, 32), std::string("\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                                              "\x03\x01\x06\0\x02\0\0\0$aws/x{}",
                                              32));
  const auto batch = DecodeRequestBatch(bytes);
  ASSERT_TRUE(batch.ok()) << batch.status();
  EXPECT_EQ(batch->requests[0].topic, "$aws/x");
  EXPECT_EQ(batch->requests[0].payload, "{}");
  EXPECT_TRUE(batch->requests[0].resent);
  EXPECT_EQ(batch->requests[1].topic, "");
  EXPECT_EQ(batch->requests[1].id, (shadow::ShadowId{"T", ""}));
  for (const auto& [at, byte] : {std::pair(40, '\x04'), std::pair(41, '\x02')}) {
    std::string damaged = bytes;  // an operation, and a flag, that there is not
    damaged[static_cast<size_t>(at)] = byte;
    EXPECT_TRUE(absl::IsInvalidArgument(DecodeRequestBatch(damaged).status())) << at;
  }
}

TEST(Envelope, ARequestBeyondShadowsHasATopic) {
  RequestBatchWriter writer(7, 1);
  writer.Add({.sequence = 2, .id = {}, .topic = "x", .payload = ""});
  std::string bytes = std::move(writer).Finish();
  bytes.pop_back();
  bytes[42] = 0;  // bytes of the topic
  EXPECT_TRUE(absl::IsInvalidArgument(DecodeRequestBatch(bytes).status()));
}

TEST(Envelope, AStatusHasItsNumbersInTheDocumentedOrder) {  // docs/link-format.md, from 1 on
  PluginStatus status{.taken = 1,
                      .answered = 2,
                      .given_up = 3,
                      .resent = 4,
                      .refused_away = 5,
                      .refused_window = 6,
                      .refused_in_flight = 7,
                      .refused_thing_rate = 8,
                      .refused_large = 9,
                      .late_answers = 10,
                      .foreign_answers = 11,
                      .bad_envelopes = 12,
                      .stray_envelopes = 13,
                      .news = 14,
                      .news_repeated = 15,
                      .refused_identity = 16,
                      .refused_beyond_loopback = 17,
                      .refused_connect = 18,
                      .refused_publish = 19,
                      .refused_subscribe = 20,
                      .refused_receive = 21,
                      .expelled = 22,
                      .registry_loads = 23,
                      .registry_refusals = 24,
                      .forbidden_publishes = 25,
                      .forbidden_connects = 26,
                      .bad_manners = 27,
                      .connected_clients = 28,
                      .subscriptions = 29,
                      .waiting_requests = 30,
                      .waiting_bytes = 31};
  uint64_t number = 32;
  for (uint64_t& count : status.answer_times.counts) count = number++;
  status.answer_times.sum = 49;
  status.fault_plans = 50;
  number = 51;
  for (uint64_t& count : status.faults_fired) count = number++;
  std::string numbers;
  for (number = 1; number <= 70; ++number) PutNumber(number, numbers);
  EXPECT_EQ(EncodeStatus(7, status).substr(16), numbers);
}

TEST(Envelope, RequestsComeBackAsTheyWent) {
  const std::string bytes = TwoRequests();
  const auto batch = DecodeRequestBatch(bytes);
  ASSERT_TRUE(batch.ok()) << batch.status();
  EXPECT_EQ(batch->epoch, 0x0102030405060708u);
  EXPECT_EQ(batch->answered_below, 5u);
  ASSERT_EQ(batch->requests.size(), 2u);
  EXPECT_EQ(batch->requests[0].id, (shadow::ShadowId{"T", ""}));
  EXPECT_FALSE(batch->requests[0].resent);
  EXPECT_EQ(batch->requests[1].sequence, 6u);
  EXPECT_EQ(batch->requests[1].operation, Operation::kDelete);
  EXPECT_TRUE(batch->requests[1].resent);
  EXPECT_EQ(batch->requests[1].id, (shadow::ShadowId{"Thing", "S"}));
  EXPECT_EQ(batch->requests[1].payload, "{}");
  EXPECT_EQ(batch->requests[1].unheard, (Unheard{.documents = true}));
  EXPECT_EQ(batch->requests[0].unheard, Unheard());
  EXPECT_EQ(batch->requests[0].connection, 0u);
  EXPECT_EQ(batch->requests[1].connection, 0x1112131415161718u);
}

TEST(Envelope, AnswersComeBackAsTheyWent) {
  const std::string bytes = TwoAnswers();
  const auto batch = DecodeAnswerBatch(bytes);
  ASSERT_TRUE(batch.ok()) << batch.status();
  EXPECT_EQ(batch->epoch, 9u);
  ASSERT_EQ(batch->answers.size(), 2u);
  EXPECT_EQ(batch->answers[0].sequence, 5u);
  ASSERT_EQ(batch->answers[0].messages.size(), 2u);
  EXPECT_EQ(batch->answers[0].messages[0].payload, "accepted");
  EXPECT_EQ(batch->answers[0].messages[1].payload, "");
  EXPECT_EQ(batch->answers[1].id, (shadow::ShadowId{"T", "S"}));
  EXPECT_EQ(batch->answers[1].messages[0].topic, AnswerTopic::kDeleteAccepted);
}

TEST(Envelope, AStatusComesBackAsItWent) {
  const std::string bytes = EncodeStatus(7, SomeStatus());
  EXPECT_TRUE(IsStatus(bytes));
  const auto status = DecodeStatus(bytes);
  ASSERT_TRUE(status.ok()) << status.status();
  EXPECT_EQ(*status, SomeStatus());
  EXPECT_FALSE(DecodeRequestBatch(bytes).ok());
  EXPECT_FALSE(DecodeAnswerBatch(bytes).ok());
  for (const std::string& other :
       {TwoRequests(), TwoAnswers(), EncodeHello({.life = 5}), std::string("SL")}) {
    EXPECT_FALSE(IsStatus(other));
    EXPECT_FALSE(DecodeStatus(other).ok());
  }
}

TEST(Envelope, AStatusIsOfAnEpochAndWhole) {
  EXPECT_FALSE(DecodeStatus(EncodeStatus(0, SomeStatus())).ok());
  std::string one_more = EncodeStatus(7, SomeStatus()) + std::string(8, '\0');
  EXPECT_FALSE(DecodeStatus(one_more).ok());
  ++one_more[4];
  EXPECT_FALSE(DecodeStatus(one_more).ok());
}

TEST(Envelope, AnotherVersionIsNamed) {
  std::string bytes = TwoRequests();
  bytes[2] = 1;
  EXPECT_THAT(std::string(DecodeRequestBatch(bytes).status().message()),
              HasSubstr("link version 1; this program speaks version 13"));
}

TEST(Envelope, AHelloComesBackAsItWent) {
  for (const bool has_others : {false, true}) {
    const Hello hello{.life = 0x0102030405060708, .has_others = has_others};
    const auto batch = DecodeAnswerBatch(EncodeHello(hello));
    ASSERT_TRUE(batch.ok()) << batch.status();
    EXPECT_EQ(batch->hello, hello);
  }
  EXPECT_FALSE(DecodeAnswerBatch(TwoAnswers())->hello);
}

TEST(Envelope, AHelloIsOfALifeAndOfNothingElse) {
  const std::string hello = EncodeHello({.life = 5});
  for (size_t size = 0; size < hello.size(); ++size) {
    EXPECT_FALSE(DecodeAnswerBatch(absl::string_view(hello).substr(0, size)).ok()) << size;
  }
  EXPECT_FALSE(DecodeAnswerBatch(hello + "x").ok());
  EXPECT_FALSE(DecodeAnswerBatch(EncodeHello({})).ok());
  for (const auto& [at, byte] :
       {std::pair(4u, '\x01'), std::pair(8u, '\x01'), std::pair(24u, '\x02')}) {
    std::string damaged = hello;  // a count, an epoch, and a flag that there is not
    damaged[at] = byte;
    EXPECT_FALSE(DecodeAnswerBatch(damaged).ok()) << at;
  }
}

TEST(Envelope, EveryTruncationIsRefused) {
  const std::string greeting = RequestBatchWriter(7, 1).Finish();
  const std::string status = EncodeStatus(7, SomeStatus());
  for (const std::string& whole : {TwoRequests(), TwoAnswers(), greeting, status}) {
    for (size_t size = 0; size < whole.size(); ++size) {
      const std::string part = whole.substr(0, size);
      EXPECT_FALSE(DecodeRequestBatch(part).ok()) << size;
      EXPECT_FALSE(DecodeAnswerBatch(part).ok()) << size;
      EXPECT_FALSE(DecodeStatus(part).ok()) << size;
    }
    EXPECT_FALSE(DecodeRequestBatch(whole + "x").ok());
    EXPECT_FALSE(DecodeAnswerBatch(whole + "x").ok());
    EXPECT_FALSE(DecodeStatus(whole + "x").ok());
  }
}

TEST(Envelope, AbsurdCountsAreRefusedBeforeAnythingIsReserved) {
  for (std::string bytes : {TwoRequests(), TwoAnswers(), EncodeStatus(7, SomeStatus())}) {
    for (size_t i = 4; i < 8; ++i) bytes[i] = '\xFF';
    EXPECT_FALSE(DecodeRequestBatch(bytes).ok());
    EXPECT_FALSE(DecodeAnswerBatch(bytes).ok());
    EXPECT_FALSE(DecodeStatus(bytes).ok());
  }
}

TEST(Envelope, NamesAreCheckedOnArrival) {
  RequestBatchWriter writer(1, 1);
  writer.Add({.sequence = 1, .id = {"a/b", ""}, .payload = ""});
  EXPECT_FALSE(DecodeRequestBatch(std::move(writer).Finish()).ok());
  AnswerBatchWriter answers(1);
  answers.BeginAnswer(0, {"", ""});
  EXPECT_FALSE(DecodeAnswerBatch(std::move(answers).Finish()).ok());
}

TEST(Envelope, DamageNeverCrashes) {
  constexpr unsigned kSeed = 20240607;
  std::mt19937 random(kSeed);
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = round % 3 == 0   ? TwoRequests()
                        : round % 3 == 1 ? TwoAnswers()
                                         : EncodeStatus(7, SomeStatus());
    for (int i = 0; i < 3; ++i) bytes[random() % bytes.size()] = static_cast<char>(random());
    (void)DecodeRequestBatch(bytes);
    (void)DecodeAnswerBatch(bytes);
    (void)DecodeStatus(bytes);
  }
}

TEST(AnswerBatch, WithoutAnEpochAnswersNoRequest) {
  AnswerBatchWriter messages(0);
  messages.BeginAnswer(0, {.thing = "T", .name = "S"});
  messages.BeginMessage(AnswerTopic::kDeleteAccepted) += "{}";
  const std::string bytes = std::move(messages).Finish();
  const auto batch = DecodeAnswerBatch(bytes);
  ASSERT_TRUE(batch.ok()) << batch.status();
  EXPECT_EQ(batch->epoch, 0u);
  EXPECT_EQ(batch->answers[0].id.name, "S");

  AnswerBatchWriter answers(0);
  answers.BeginAnswer(1, {});
  EXPECT_FALSE(DecodeAnswerBatch(std::move(answers).Finish()).ok());
}

}  // namespace
}  // namespace proto
