#include "service/link/observations.h"

#include <algorithm>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "proto/envelope.h"
#include "proto/text.h"
#include "shadow/id.h"
#include "shadow/json.h"

namespace service {
namespace {

using proto::Observation;
using Kind = Observation::Kind;

constexpr absl::string_view kBrokerIsGone = R"({"ended":"the broker is gone"})";
constexpr absl::string_view kServiceEnds = R"({"ended":"shadowd ends"})";

absl::Status BrokerIsAway() { return absl::UnavailableError("The broker is away"); }

absl::string_view NameOf(Kind kind) {
  switch (kind) {
    case Kind::kConnect:
      return "connect";
    case Kind::kDisconnect:
      return "disconnect";
    case Kind::kSubscribe:
      return "subscribe";
    case Kind::kUnsubscribe:
      return "unsubscribe";
    case Kind::kPublish:
      return "publish";
    case Kind::kDeliver:
      return "deliver";
  }
  return "";
}

absl::string_view NameOf(Observation::Result result) {
  switch (result) {
    case Observation::Result::kAccepted:
      return "accepted";
    case Observation::Result::kRefused:
      return "refused";
    case Observation::Result::kClosed:
      return "closed";
  }
  return "";
}

void PrintText(absl::string_view name, absl::string_view text, std::string& out) {
  absl::StrAppend(&out, ",\"", name, "\":");
  shadow::PrintJsonString(text, out);
}

void PrintFlag(absl::string_view name, bool value, std::string& out) {
  absl::StrAppend(&out, ",\"", name, "\":", value ? "true" : "false");
}

void PrintPayload(const Observation& seen, std::string& out) {
  absl::StrAppend(&out, ",\"bytes\":", seen.payload_bytes);
  if (seen.payload.size() != seen.payload_bytes) return;
  if (shadow::IsUtf8(seen.payload)) {
    PrintText("payload", seen.payload, out);
  } else {
    PrintText("payload_base64", absl::Base64Escape(seen.payload), out);
  }
}

void PrintConnect(const Observation& seen, std::string& out) {
  PrintFlag("clean", seen.clean, out);
  absl::StrAppend(&out, ",\"keep_alive\":", seen.keep_alive_s, ",\"mqtt\":", seen.mqtt5 ? 5 : 4);
  PrintText("way", seen.way == proto::ConnectionWay::kWebSocket ? "websocket" : "mqtt", out);
  PrintText("certificate", seen.text, out);
  PrintText("result", NameOf(seen.result), out);
}

std::string LineOf(const Observation& seen) {
  std::string line = absl::StrCat(R"({"us":)", seen.us, R"(,"what":")", NameOf(seen.kind), "\"");
  PrintText("client", seen.client, line);
  switch (seen.kind) {
    case Kind::kConnect:
      PrintConnect(seen, line);
      break;
    case Kind::kDisconnect:
      PrintText("reason", seen.text, line);
      break;
    case Kind::kUnsubscribe:
      PrintText("topic", seen.text, line);
      break;
    case Kind::kSubscribe:
    case Kind::kPublish:
    case Kind::kDeliver:
      PrintText("topic", seen.text, line);
      absl::StrAppend(&line, ",\"qos\":", seen.qos);
      if (seen.kind != Kind::kSubscribe) PrintFlag("retain", seen.retain, line);
      if (seen.kind != Kind::kDeliver) PrintFlag("allowed", seen.allowed, line);
      if (seen.kind != Kind::kSubscribe) PrintPayload(seen, line);
      break;
  }
  return line + "}";
}

std::string LostLine(uint64_t lost) { return absl::StrCat(R"({"lost":)", lost, "}"); }

absl::Status CanBeObserved(absl::string_view thing, absl::string_view client) {
  if (thing.empty() && client.empty()) {
    return absl::InvalidArgumentError("'thing' or 'client' must be there, or both");
  }
  if (!thing.empty() && !shadow::IsThingName(thing)) {
    return absl::InvalidArgumentError(absl::StrCat("'", thing, "' is not a thing's name"));
  }
  if (!client.empty() &&
      (!proto::IsText(client) || absl::StartsWith(client, proto::kReservedLevel))) {
    return absl::InvalidArgumentError(absl::StrCat("'", client, "' is not a client's id"));
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> ClockOf(const proto::CommandReply* reply) {
  if (reply == nullptr) return BrokerIsAway();
  if (reply->result != proto::CommandResult::kDone) {
    return absl::ResourceExhaustedError(reply->text);
  }
  int64_t us = 0;
  if (absl::SimpleAtoi(reply->text, &us)) return us;
  return absl::InternalError("the plugin does not tell its clock");
}

}  // namespace

// It is put among the followers before the plugin is asked, so that nothing is missed.
absl::StatusOr<std::unique_ptr<Observations::Follower>> Observations::Follow(
    absl::string_view thing, absl::string_view client) {
  if (absl::Status can = CanBeObserved(thing, client); !can.ok()) return can;
  auto follower = absl::WrapUnique(new Follower(*this, thing, client));
  absl::StatusOr<int64_t> begun;
  {
    const absl::MutexLock lock(&mutex_);
    follower->number_ = ++last_number_;
    followers_.push_back(follower.get());
    if (closed_) {
      follower->begun_ = BrokerIsAway();
    } else {
      Ask(*follower, kAllBrokers);
    }
    mutex_.Await(absl::Condition(
        +[](Follower* one) { return one->begun_.has_value(); }, follower.get()));
    begun = *follower->begun_;
  }
  if (!begun.ok()) return begun.status();
  return follower;
}

// Under the lock, so that what two followers ask for leaves in the order in which they are counted.
void Observations::Ask(const Follower& follower, Brokers brokers) {
  commands_.PutToEach(
      proto::ObserveCommand{.thing = follower.thing_, .client = follower.client_},
      [this, number = follower.number_](size_t broker, const proto::CommandReply* reply) {
        Begin(number, broker, ClockOf(reply));
      },
      brokers);
}

void Observations::Begin(uint64_t number, size_t broker, const absl::StatusOr<int64_t>& begun) {
  const absl::MutexLock lock(&mutex_);
  for (Follower* const follower : followers_) {
    if (follower->number_ != number) continue;
    if (!follower->begun_) follower->begun_ = begun;
    if (begun.ok()) follower->from_us_[broker] = *begun;
  }
}

void Observations::Leave(const Follower& follower) {
  const absl::MutexLock lock(&mutex_);
  followers_.erase(std::find(followers_.begin(), followers_.end(), &follower));
  const bool is_last = std::none_of(
      followers_.begin(), followers_.end(),
      [&](const Follower* other) { return other->IsOfKey(follower) && other->ended_.empty(); });
  // Even of one that has ended: the plugin may have begun after that. To ask in vain does no harm.
  if (!is_last || closed_) return;
  commands_.Put(
      proto::ObserveCommand{.thing = follower.thing_, .client = follower.client_, .on = false},
      [](const proto::CommandReply*) {});
}

bool Observations::Hear(const proto::Parcel& parcel) {
  if (!proto::IsObservations(parcel.envelope)) return false;
  const auto batch = proto::DecodeObservations(parcel.envelope);
  if (!batch.ok()) {
    counters_.EnvelopeRefused();
    log_.Error("envelope_refused", {{"cause", batch.status().message()}});
    return true;
  }
  const absl::MutexLock lock(&mutex_);
  for (const Observation& seen : batch->observations) {
    std::string line;
    for (Follower* const follower : followers_) {
      if (!follower->Wants(parcel.broker, seen)) continue;
      if (line.empty()) line = LineOf(seen);
      Put(line, *follower);
    }
  }
  if (batch->lost == 0) return true;
  for (Follower* const follower : followers_) follower->lost_ += batch->lost;
  return true;
}

void Observations::Put(const std::string& line, Follower& follower) {
  const auto has_room = [&](size_t bytes) {
    return follower.lines_.size() < kLinesMax && follower.line_bytes_ + bytes <= kLineBytesMax;
  };
  const auto put = [&](std::string text) {
    follower.line_bytes_ += text.size();
    follower.lines_.push_back(std::move(text));
  };
  if (!has_room(line.size())) {
    ++follower.lost_;
    return;
  }
  if (follower.lost_ > 0) put(LostLine(std::exchange(follower.lost_, 0)));
  put(line);
}

void Observations::LinksAre(Brokers up) {
  const absl::MutexLock lock(&mutex_);
  const Brokers were_up = std::exchange(up_, up);
  if (up == 0) return EndAll(kBrokerIsGone);
  if (up == were_up) return;
  for (Follower* const follower : followers_) {
    Brokers to_ask = 0;
    for (size_t broker = 0; broker < proto::kBrokersMax; ++broker) {
      int64_t& from_us = follower->from_us_[broker];
      if ((were_up & ~up & BrokerBit(broker)) != 0) from_us = kNever;
      if ((up & BrokerBit(broker)) != 0 && from_us == kNever) to_ask |= BrokerBit(broker);
    }
    if (to_ask != 0 && follower->begun_ && follower->ended_.empty()) Ask(*follower, to_ask);
  }
}

void Observations::Close(absl::Duration patience) {
  const absl::MutexLock lock(&mutex_);
  closed_ = true;
  EndAll(kServiceEnds);
  mutex_.AwaitWithTimeout(
      absl::Condition(
          +[](std::vector<Follower*>* followers) { return followers->empty(); }, &followers_),
      patience);
}

void Observations::EndAll(absl::string_view why) {
  for (Follower* const follower : followers_) {
    if (follower->ended_.empty()) follower->ended_ = std::string(why);
    if (!follower->begun_) follower->begun_ = BrokerIsAway();
  }
}

bool Observations::Follower::Wants(size_t broker, const Observation& seen) const {
  if (!begun_ || !begun_->ok() || seen.us < from_us_[broker] || !ended_.empty()) return false;
  return (!thing_.empty() && thing_ == seen.thing) || (!client_.empty() && client_ == seen.client);
}

Observations::Follower::~Follower() { observations_.Leave(*this); }

int64_t Observations::Follower::since_us() const {
  const absl::MutexLock lock(&observations_.mutex_);
  return begun_.value().value();
}

bool Observations::Follower::is_over() const {
  const absl::MutexLock lock(&observations_.mutex_);
  return is_over_;
}

std::optional<std::string> Observations::Follower::Next(absl::Duration timeout) {
  const absl::MutexLock lock(&observations_.mutex_);
  const auto has_line = [this] {
    return !lines_.empty() || lost_ > 0 || (!ended_.empty() && !is_over_);
  };
  observations_.mutex_.AwaitWithTimeout(absl::Condition(&has_line), timeout);
  if (!lines_.empty()) {
    std::string line = std::move(lines_.front());
    lines_.pop_front();
    line_bytes_ -= line.size();
    return line;
  }
  if (lost_ > 0) return LostLine(std::exchange(lost_, 0));
  if (ended_.empty() || is_over_) return std::nullopt;
  is_over_ = true;
  return ended_;
}

}  // namespace service
