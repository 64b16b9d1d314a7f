#include "cli/advise/witness.h"

#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "cli/json_text.h"

namespace cli {
namespace {

int64_t OurUs() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(since).count();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Witness>> Witness::Open(const std::string& thing,
                                                       const std::string& client) {
  auto connection = AdminConnection::Open();
  if (!connection.ok()) return connection.status();
  std::vector<JsonText::Member> request = {{"command", JsonText::String("observe")},
                                           {"thing", JsonText::String(thing)}};
  if (!client.empty()) request.push_back({"client", JsonText::String(client)});
  const int64_t asked_us = OurUs();
  const auto begun = connection->Ask(JsonText::Object(request));
  if (!begun.ok()) return begun.status();
  const policy::Node* const us = begun->tree.Find("us");
  int64_t broker_us = 0;
  if (us == nullptr || !absl::SimpleAtoi(us->text, &broker_us)) {
    return absl::InternalError("shadowd's answer to observe has no time");
  }
  const int64_t ours_us = asked_us + (OurUs() - asked_us) / 2;
  auto* const witness = new Witness(*std::move(connection), broker_us - ours_us);
  return std::unique_ptr<Witness>(witness);
}

Witness::Witness(AdminConnection connection, int64_t offset_us)
    : connection_(std::move(connection)), offset_us_(offset_us), thread_([this] { Follow(); }) {}

Witness::~Witness() {
  connection_.HangUp();
  thread_.join();
}

int64_t Witness::NowUs() const { return OurUs() + offset_us_; }

void Witness::Follow() {
  while (true) {
    auto line = connection_.Line();
    const bool more = line.ok();
    Take(std::move(line));
    if (!more) return;
  }
}

void Witness::Take(absl::StatusOr<std::string> line) {
  const absl::MutexLock lock(&mutex_);
  if (!ended_.ok()) return;
  if (!line.ok()) {
    ended_ = line.status();
    return;
  }
  auto observation = advise::ParseObservation(*line);
  if (observation.ok()) {
    seen_.push_back(*std::move(observation));
    return;
  }
  ended_ = absl::UnavailableError(absl::StrCat("nothing more is observed: ", *line));
}

absl::StatusOr<std::optional<advise::Observation>> Witness::Next(absl::Duration timeout) {
  const absl::MutexLock lock(&mutex_);
  const auto has_news = [this] {
    mutex_.AssertHeld();
    return !seen_.empty() || !ended_.ok();
  };
  mutex_.AwaitWithTimeout(absl::Condition(&has_news), timeout);
  if (!seen_.empty()) {
    auto observation = std::move(seen_.front());
    seen_.pop_front();
    return observation;
  }
  if (!ended_.ok()) return ended_;
  return std::nullopt;
}

}  // namespace cli
