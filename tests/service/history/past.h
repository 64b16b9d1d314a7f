// The past of a shadow service in one process: the real worker writes it, the real historian tells
// it.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <variant>

#include "absl/synchronization/notification.h"
#include "rest/message.h"
#include "service/history/historian.h"
#include "service/history/questions.h"
#include "tests/service/commit/endpoint.h"

namespace service {

class Past {
 public:
  explicit Past(storage::Store& store, storage::HistoryBounds bounds = {}, bool records = true)
      : endpoint(store, {}, records ? Endpoint::History::kOn : Endpoint::History::kOff),
        settings_{.bounds = bounds, .records = records, .now = [this] { return endpoint.now; }},
        store_(store),
        historian_(settings_, store, reader_, log_) {}

  // What the worker answers with first: its topic, or the payload of an accepted get.
  std::string Update(const shadow::ShadowId& id, absl::string_view payload) {
    return endpoint.Send(id, shadow::Operation::kUpdate, payload).at(0).first;
  }
  void Delete(const shadow::ShadowId& id) { endpoint.Send(id, shadow::Operation::kDelete, ""); }
  std::string Get(const shadow::ShadowId& id) {
    return endpoint.Send(id, shadow::Operation::kGet, "").at(0).second;
  }

  // Asks on the reader's thread; waits for the answer, and gives its body.
  template <class Asked, class... More>
  std::string Ask(const Asked& asked, More... more) {
    rest::Answer answer;
    absl::Notification answered;
    historian_.Ask(asked, Asking([&](rest::Answer given) {
                     answer = std::move(given);
                     answered.Notify();
                   }),
                   more...);
    EXPECT_TRUE(answered.WaitForNotificationWithTimeout(absl::Seconds(30)));
    status = answer.status;
    return answer.body;
  }

  // The same question on this thread, slice by slice.
  struct Slow {
    std::string body{};  // empty: not answered
    size_t slices = 0;   // that it took
  };
  template <class Asked>
  Slow AskInSlices(const Asked& asked, size_t entries) {
    Slow slow;
    const auto question =
        service::Asked(asked, {settings_, store_, log_},
                       Asking([&](const rest::Answer& answer) { slow.body = answer.body; }));
    do {
      ++slow.slices;
    } while (!question->GoOn(Slice(entries, std::chrono::hours(1))) && slow.slices < 1000);
    return slow;
  }

  // The update that a restore sends; empty: it answers by itself.
  std::string UpdateOf(const rest::Restore& restore) {
    std::string sent;
    const auto question =
        service::Asked(restore, {settings_, store_, log_},
                       Asking([this](const rest::Answer& answer) { status = answer.status; }),
                       [&sent](std::string update) { sent = std::move(update); });
    EXPECT_TRUE(question->GoOn(Slice()));
    return sent;
  }

  Endpoint endpoint;
  Provenance provenance = Provenance::kShown;
  int status = 0;  // of the last answer

 private:
  Historian::Asking Asking(std::function<void(rest::Answer)> respond) const {
    return {provenance, "id", std::move(respond)};
  }

  const Historian::Settings settings_;
  const storage::Store& store_;
  Log log_{LogLevel::kError, LogFormat::kText};
  HistoryReader reader_;
  Historian historian_;
};

}  // namespace service
