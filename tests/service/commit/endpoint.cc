#include "tests/service/commit/endpoint.h"

#include <gtest/gtest.h>

#include "proto/topic.h"

namespace service {

namespace {

constexpr uint64_t kEpoch = 42;

Journal LoadJournal(storage::Store& store) {
  auto journal = Journal::Load(store);
  EXPECT_TRUE(journal.ok()) << journal.status();
  return *std::move(journal);
}

std::optional<history::Writer> LoadHistory(storage::Store& store, bool on) {
  if (!on) return std::nullopt;
  auto history = history::Writer::Load({}, store);
  EXPECT_TRUE(history.ok()) << history.status();
  return *std::move(history);
}

std::string Suffix(proto::AnswerTopic topic) {
  const std::string whole = proto::AnswerTopicOf({.thing = "T", .name = ""}, topic);
  return whole.substr(std::string("$aws/things/T/shadow/").size());
}

}  // namespace

Endpoint::Endpoint(storage::Store& store, shadow::Limits limits, History history)
    : log_(LogLevel::kError, LogFormat::kText),
      worker_({.limits = limits, .now = [this] { return now; }}, store, LoadJournal(store),
              LoadHistory(store, history == History::kOn), counters, trace, log_,
              /*events=*/nullptr, /*devices=*/nullptr, &feed) {}

std::vector<Published> Endpoint::Send(const shadow::ShadowId& id, shadow::Operation operation,
                                      absl::string_view payload) {
  ++sequence_;
  return SendBatch(kEpoch, sequence_,
                   {{.sequence = sequence_, .operation = operation, .id = id, .payload = payload}})
      .at(0);
}

std::vector<std::vector<Published>> Endpoint::SendBatch(
    uint64_t epoch, uint64_t answered_below, const std::vector<proto::LinkRequest>& requests) {
  proto::RequestBatchWriter writer(epoch, answered_below);
  for (const proto::LinkRequest& request : requests) writer.Add(request);
  std::vector<std::vector<Published>> published;
  for (const proto::Dispatch& one : worker_.Process({{0, std::move(writer).Finish()}})) {
    const auto batch = proto::DecodeAnswerBatch(one.answers);
    EXPECT_TRUE(batch.ok()) << batch.status();
    for (const proto::LinkAnswer& answer : batch->answers) {
      EXPECT_EQ(answer.sequence, requests.at(published.size()).sequence);
      std::vector<Published>& messages = published.emplace_back();
      for (const proto::LinkMessage& message : answer.messages) {
        messages.emplace_back(Suffix(message.topic), message.payload);
      }
    }
  }
  EXPECT_EQ(published.size(), requests.size());
  return published;
}

}  // namespace service
