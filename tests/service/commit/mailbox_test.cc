#include "service/commit/mailbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include "service/commit/worker.h"
#include "storage/memory_store.h"

namespace service {
namespace {

using shadow::Operation;
using testing::HasSubstr;

class MailboxTest : public testing::Test {
 protected:
  struct Outcome {
    proto::AnswerTopic topic;
    std::string payload;
  };

  bool Waits() const {
    pollfd events = {.fd = mailbox_.descriptor(), .events = POLLIN, .revents = 0};
    return poll(&events, 1, 0) == 1;
  }

  void Put(Operation operation, const std::string& payload) {
    mailbox_.Put(
        {.operation = operation, .thing = "T", .name = "", .payload = payload},
        [this](const proto::LinkAnswer& answer) {
          if (answer.messages.empty()) return outcomes_.push_back({});
          outcomes_.push_back({answer.messages[0].topic, std::string(answer.messages[0].payload)});
        });
  }

  std::vector<std::string> Serve(absl::Span<const proto::Parcel> parcels = {}) {
    return mailbox_.Serve([&](absl::Span<LocalRequest> requests) {
      answers_ = worker_.Process(parcels, requests);
      return may_leave_;
    });
  }

  storage::MemoryStore store_;
  Log log_{LogLevel::kError, LogFormat::kText};
  Counters counters_;
  Trace trace_;
  Worker worker_{{.now = [] { return 2000; }},
                 store_,
                 *Journal::Load(store_),
                 std::nullopt,
                 counters_,
                 trace_,
                 log_};
  Mailbox mailbox_;
  bool may_leave_ = true;
  std::vector<Outcome> outcomes_;
  std::vector<proto::Dispatch> answers_;
};

TEST_F(MailboxTest, AnUpdateIsAnsweredAndItsMessagesArePublished) {
  EXPECT_FALSE(Waits());
  Put(Operation::kUpdate, R"({"state":{"desired":{"a":1}}})");
  EXPECT_TRUE(Waits());
  const auto messages = Serve();
  EXPECT_FALSE(Waits());
  ASSERT_EQ(outcomes_.size(), 1u);
  EXPECT_EQ(outcomes_[0].topic, proto::AnswerTopic::kUpdateAccepted);
  ASSERT_EQ(messages.size(), 1u);
  const auto batch = proto::DecodeAnswerBatch(messages[0]);
  ASSERT_TRUE(batch.ok()) << batch.status();
  EXPECT_EQ(batch->answers[0].id.thing, "T");
  EXPECT_EQ(batch->answers[0].messages.size(), 3u);
}

TEST_F(MailboxTest, WhatIsRefusedIsNotPublished) {
  Put(Operation::kUpdate, R"({"state":1})");
  Put(Operation::kDelete, "");
  EXPECT_TRUE(Serve().empty());
  ASSERT_EQ(outcomes_.size(), 2u);
  EXPECT_EQ(outcomes_[0].topic, proto::AnswerTopic::kUpdateRejected);
  EXPECT_THAT(outcomes_[1].payload, HasSubstr("404"));
}

TEST_F(MailboxTest, WhatMayNotLeaveIsToldToNobody) {
  may_leave_ = false;
  Put(Operation::kUpdate, R"({"state":{"desired":{"a":1}}})");
  Put(Operation::kGet, "");
  EXPECT_TRUE(Serve().empty());
  ASSERT_EQ(outcomes_.size(), 2u);
  for (const Outcome& outcome : outcomes_) EXPECT_EQ(outcome.payload, "");
}

TEST_F(MailboxTest, SharesItsGroupWithRequestsOfTheLink) {
  proto::RequestBatchWriter requests(7, 1);
  requests.Add({.sequence = 1,
                .operation = Operation::kUpdate,
                .id = {.thing = "T", .name = ""},
                .payload = R"({"state":{"reported":{"a":1}}})"});
  Put(Operation::kUpdate, R"({"state":{"reported":{"b":2}},"version":1})");
  EXPECT_EQ(Serve({{0, std::move(requests).Finish()}}).size(), 1u);
  ASSERT_EQ(answers_.size(), 1u);
  EXPECT_EQ(proto::DecodeAnswerBatch(answers_[0].answers)->epoch, 7u);
  EXPECT_EQ(outcomes_[0].topic, proto::AnswerTopic::kUpdateAccepted);
  EXPECT_THAT(outcomes_[0].payload, HasSubstr("\"version\":2"));
}

}  // namespace
}  // namespace service
