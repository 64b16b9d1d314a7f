#include "service/commit/worker.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "proto/arrivals.h"
#include "service/commit/replays.h"

namespace service {
namespace {

// Answers leave in envelopes of about this size.
constexpr size_t kEnvelopeBytesMax = 1u << 20;

// An accepted, about: state and metadata of what was sent.
constexpr size_t kAnswerBytesPerPayloadByte = 3;
constexpr size_t kAnswerBytesLeast = 100;

size_t AnswerBytesOf(absl::Span<const Ask> asks) {
  size_t bytes = 0;
  for (const Ask& ask : asks) {
    bytes += kAnswerBytesLeast + kAnswerBytesPerPayloadByte * ask.request.payload.size();
  }
  return std::min(bytes, kEnvelopeBytesMax);
}
constexpr size_t kArenaBytes = 1u << 20;

// How often a group is handled whose records somebody else has written meanwhile.
constexpr int kRunsMax = 4;

// A broker that has not been there for so long is another one when it comes.
constexpr std::chrono::hours kUnclaimedWait{1};

// The end of those of `asks` from `begin` on that are of one broker.
template <class Asked>
size_t EndOfBroker(absl::Span<const Asked> asks, size_t begin) {
  size_t end = begin;
  while (end < asks.size() && asks[end].broker == asks[begin].broker) ++end;
  return end;
}

// Sends what is worded, if it is anything.
void Send(size_t broker, proto::AnswerBatchWriter answers,
          std::vector<proto::Dispatch>& dispatches) {
  if (answers.answers() == 0) return;
  dispatches.push_back({.broker = broker, .answers = std::move(answers).Finish()});
}

int64_t MicrosecondsSince(std::chrono::steady_clock::time_point begun) {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() -
                                                               begun)
      .count();
}

}  // namespace

Worker::Worker(Settings settings, storage::Store& store, Journal journal,
               std::optional<history::Writer> history, Counters& counters, Trace& trace, Log& log,
               ThingEvents* events, Devices* devices, Feed* feed, Newsroom* newsroom)
    : settings_(std::move(settings)),
      store_(store),
      journal_(std::move(journal)),
      history_(std::move(history)),
      counters_(counters),
      trace_(trace),
      log_(log),
      events_(events),
      devices_(devices),
      feed_(feed),
      newsroom_(newsroom),
      hot_(settings_.hot_bytes_max),
      peers_(settings_.brokers),
      arena_(kArenaBytes),
      unclaimed_until_(Clock::now() + kUnclaimedWait) {}

std::vector<proto::Dispatch> Worker::Process(absl::Span<const proto::Parcel> parcels,
                                             absl::Span<LocalRequest> local) {
  Account account{.taken = Clock::now()};
  arena_.Clear();
  ForgetUnclaimedIfDue(account.taken);
  HearArrivals(parcels);
  Work work = Decode(parcels);
  work.local = local;
  for (const LocalRequest& request : local) {
    work.asks.push_back({.request = request.AsLinkRequest(),
                         .now = settings_.now(),
                         .restores = request.restores,
                         .author = request.author()});
  }
  Dispatches dispatches;
  if (devices_ != nullptr) TellLate(dispatches);
  work.has_devices = devices_ != nullptr && (!work.device_asks.empty() || devices_->HasWork());
  if (work.asks.empty() && !work.has_devices) return dispatches;
  const size_t requests = work.asks.size() + work.device_asks.size();
  counters_.GroupBegins(requests);
  for (proto::Dispatch& one : HandleGroup(work, account)) dispatches.push_back(std::move(one));
  if (newsroom_ != nullptr) {
    const auto over_links = absl::MakeSpan(work.asks).first(work.asks.size() - local.size());
    newsroom_->Report(over_links, absl::MakeSpan(dispatches));
  }
  account.times.answered_us = MicrosecondsSince(account.taken);
  counters_.GroupEnds(account.tally, requests, account.times.answered_us);
  if (trace_.is_followed()) trace_.Tell(work.asks, account.codes, account.times);
  if (HasFollower()) TellFeed(work.asks, std::move(account.news));
  return dispatches;
}

Worker::Dispatches Worker::HandleGroup(const Work& work, Account& account) {
  const auto answer = [&](Group& group) {
    Dispatches answers = Answer(group, work.asks, work.local);
    account.times.handled_us = account.times.committed_us = MicrosecondsSince(account.taken);
    account.tally = group.Count();
    account.codes = group.TakeCodes();
    return answers;
  };
  if (Writable()) {
    std::optional<DeviceGroup> devices;
    Dispatches device_answers;
    absl::Status status;
    for (int run = 0; run < kRunsMax; ++run) {
      Group group(Group::Mode::kWrite, settings_.limits, writer(), events_, arena_, log_);
      status = group.Load(store_, hot_, work.asks);
      if (!status.ok()) break;
      Dispatches answers = answer(group);
      // What is beyond shadows rests on nothing that moves.
      if (work.has_devices && !devices) {
        Answer(devices.emplace(store_, *devices_, log_), work.device_asks, device_answers);
      }
      if (HasFollower()) account.news = group.News();
      status = Commit(group, devices ? &*devices : nullptr);
      account.times.committed_us = MicrosecondsSince(account.taken);
      if (status.ok()) {
        std::move(device_answers.begin(), device_answers.end(), std::back_inserter(answers));
        return answers;
      }
      if (!absl::IsAborted(status)) break;
      hot_.Clear();
      log_.Warning("store_moved", {{"effect", "the requests are handled anew"}});
    }
    account.news.clear();
    LogFailure(status);
  }

  Group group(Group::Mode::kReadOnly, settings_.limits, writer(), events_, arena_, log_);
  Dispatches answers = group.Load(store_, hot_, work.asks).ok()
                           ? answer(group)
                           : RefuseAll(work.asks, work.local, account);
  if (work.has_devices) RefuseDevices(work.device_asks, answers);
  return answers;
}

void Worker::Answer(DeviceGroup& devices, absl::Span<const DeviceAsk> asks,
                    Dispatches& dispatches) {
  for (size_t begin = 0, end = 0; begin < asks.size(); begin = end) {
    end = EndOfBroker(asks, begin);
    const size_t broker = asks[begin].broker;
    proto::AnswerBatchWriter answers(journal_.epoch(broker));
    devices.Run(asks.subspan(begin, end - begin), journal_, answers);
    Send(broker, std::move(answers), dispatches);
  }
  devices.Work();
}

// What they had in hand is not done, and never will be.
void Worker::RefuseDevices(absl::Span<const DeviceAsk> asks, Dispatches& dispatches) {
  devices_->Failed();
  for (size_t begin = 0, end = 0; begin < asks.size(); begin = end) {
    end = EndOfBroker(asks, begin);
    const size_t broker = asks[begin].broker;
    proto::AnswerBatchWriter answers(journal_.epoch(broker));
    for (const DeviceAsk& ask : asks.subspan(begin, end - begin)) {
      WordDeviceAnswer(ask.request.sequence, devices_->Refuse(ask), answers);
    }
    Send(broker, std::move(answers), dispatches);
  }
}

void Worker::TellLate(Dispatches& dispatches) {
  const std::vector<Devices::Late> all = devices_->TakeLate();
  for (size_t broker = 0; !all.empty() && broker < settings_.brokers; ++broker) {
    const uint64_t epoch = journal_.epoch(broker);
    proto::AnswerBatchWriter answers(epoch);
    for (const Devices::Late& late : all) {
      if (late.epoch == epoch) WordDeviceAnswer(late.sequence, late.answer, answers);
    }
    Send(broker, std::move(answers), dispatches);
  }
}

Worker::Dispatches Worker::RefuseAll(absl::Span<const Ask> asks, absl::Span<LocalRequest> local,
                                     Account& account) {
  const shadow::Refusal refusal = shadow::InternalFailure();
  const auto refuse = [&](const Ask& ask, proto::AnswerBatchWriter& answers) {
    Refuse(ask, refusal, arena_, answers);
    account.tally.Answered(WayOf(ask), ask.request.operation, refusal.code);
    account.tally.Failed(Failure::kStore);
  };
  const auto over_link = asks.first(asks.size() - local.size());
  Dispatches dispatches;
  for (size_t begin = 0, end = 0; begin < over_link.size(); begin = end) {
    end = EndOfBroker(over_link, begin);
    const size_t broker = over_link[begin].broker;
    proto::AnswerBatchWriter refusals(journal_.epoch(broker));
    for (const Ask& ask : over_link.subspan(begin, end - begin)) refuse(ask, refusals);
    Send(broker, std::move(refusals), dispatches);
  }
  for (size_t i = 0; i < local.size(); ++i) {
    proto::AnswerBatchWriter outcome(0);
    refuse(asks[over_link.size() + i], outcome);
    local[i].outcome = std::move(outcome).Finish();
  }
  account.codes.assign(asks.size(), refusal.code);
  return dispatches;
}

// All of them first: who has gone is still known while requests are handled that came before.
void Worker::HearArrivals(absl::Span<const proto::Parcel> parcels) {
  for (Peers& peers : peers_) peers.BeginGroup();
  for (const auto& [broker, envelope] : parcels) {
    if (!proto::IsArrivals(envelope)) continue;
    const auto batch = proto::DecodeArrivals(envelope);
    if (!batch.ok()) {
      RefuseEnvelope(batch.status());
      continue;
    }
    peers_[broker].Hear(*batch);
    if (events_ != nullptr) events_->Hear(broker, *batch, peers_[broker], settings_.now());
  }
  if (events_ == nullptr) return;
  for (const proto::Parcel& parcel : parcels) events_->Heard(parcel.broker, settings_.now());
}

void Worker::ForgetUnclaimedIfDue(Clock::time_point now) {
  if (!unclaimed_until_ || now < *unclaimed_until_) return;
  unclaimed_until_.reset();
  journal_.ForgetUnclaimed();
  if (events_ != nullptr) events_->ForgetUnclaimed(settings_.now());
}

Worker::Work Worker::Decode(absl::Span<const proto::Parcel> parcels) {
  Work work;
  for (const proto::Parcel& parcel : parcels) {
    if (proto::IsStatus(parcel.envelope)) continue;  // service/link/plugin_status.h hears it
    if (proto::IsArrivals(parcel.envelope)) continue;
    Decode(parcel, work);
  }
  if (settings_.brokers > 1) OrderReplays(journal_, work.asks);
  return work;
}

void Worker::Decode(const proto::Parcel& parcel, Work& work) {
  const auto batch = proto::DecodeRequestBatch(parcel.envelope);
  if (!batch.ok()) return RefuseEnvelope(batch.status());
  const size_t broker = parcel.broker;
  if (batch->epoch != journal_.epoch(broker)) {
    log_.Debug("epoch", {{"epoch", absl::Hex(batch->epoch)}});
    // What another plugin asked has nobody left to answer to.
    const auto is_of_broker = [broker](const auto& ask) { return ask.broker == broker; };
    std::erase_if(work.asks, is_of_broker);
    std::erase_if(work.device_asks, is_of_broker);
  }
  journal_.Advance(broker, batch->epoch, batch->answered_below);
  for (const proto::LinkRequest& request : batch->requests) {
    if (!request.topic.empty()) {
      if (devices_ == nullptr) continue;
      work.device_asks.push_back({.request = request,
                                  .broker = broker,
                                  .epoch = batch->epoch,
                                  .now = settings_.now(),
                                  .peer = peers_[broker].Share(request.connection)});
      continue;
    }
    const Peers::Connection* const peer = peers_[broker].Find(request.connection);
    work.asks.push_back({.request = request,
                         .broker = broker,
                         .now = settings_.now(),
                         .of_thing = peer != nullptr && peer->thing == request.id.thing,
                         .author = peer == nullptr ? storage::Author() : peer->author()});
    if (newsroom_ != nullptr) {
      work.asks.back().request.unheard = newsroom_->Unheard(request, broker);
    }
  }
}

void Worker::RefuseEnvelope(const absl::Status& status) {
  counters_.EnvelopeRefused();
  log_.Error("envelope_refused", {{"cause", status.message()}});
}

Worker::Dispatches Worker::Answer(Group& group, absl::Span<const Ask> asks,
                                  absl::Span<LocalRequest> local) {
  const auto over_link = asks.first(asks.size() - local.size());
  Dispatches dispatches;
  for (size_t begin = 0, end = 0; begin < over_link.size(); begin = end) {
    end = EndOfBroker(over_link, begin);
    const size_t broker = over_link[begin].broker;
    proto::AnswerBatchWriter answers(journal_.epoch(broker));
    answers.Reserve(AnswerBytesOf(over_link.subspan(begin, end - begin)));
    group.Run(begin, end, journal_, answers, [&] {
      if (answers.bytes() < kEnvelopeBytesMax) return;
      Send(broker, std::move(answers), dispatches);
      answers = proto::AnswerBatchWriter(journal_.epoch(broker));
    });
    Send(broker, std::move(answers), dispatches);
  }
  for (size_t i = 0; i < local.size(); ++i) {
    const size_t at = over_link.size() + i;
    proto::AnswerBatchWriter outcome(0);
    group.Run(at, at + 1, journal_, outcome, [] {});
    local[i].outcome = std::move(outcome).Finish();
  }
  return dispatches;
}

absl::Status Worker::Commit(const Group& group, const DeviceGroup* devices) {
  std::vector<storage::Write> writes = group.Writes();
  const size_t records = writes.size();
  Applied applied = group.applied();
  if (devices != nullptr) {
    std::vector<storage::Write> more = devices->Writes();
    std::move(more.begin(), more.end(), std::back_inserter(writes));
    applied.Join(devices->applied());
  }
  if (writes.empty()) {
    if (devices != nullptr) devices_->Committed();
    return absl::OkStatus();
  }
  journal_.Append(applied, writes);
  const storage::Durability least = AppendHistory(writes);
  const storage::Durability durability =
      least == storage::Durability::kSync ? least : settings_.durability;
  const Clock::time_point begun = Clock::now();
  absl::Status status = store_.Commit(writes, durability);
  counters_.Committed(MicrosecondsSince(begun));
  if (!status.ok()) {
    journal_.Failed();
    HistoryFailed();
    return status;
  }
  journal_.Committed();
  HistoryCommitted();
  if (devices != nullptr) devices_->Committed();
  for (size_t i = 0; i < records; ++i) {
    hot_.Keep(writes[i].key, *std::move(writes[i].value));
  }
  if (durability == storage::Durability::kRelaxed && !unsynced_since_) {
    unsynced_since_ = Clock::now();
  }
  return status;
}

storage::Durability Worker::AppendHistory(std::vector<storage::Write>& writes) {
  if (!history_) return storage::Durability::kRelaxed;
  if (events_ != nullptr) {
    const auto add = [this](absl::string_view thing, const storage::HistoryEntry& event) {
      return history_->AddEvent(thing, event);
    };
    events_->Append(add, writes);
  }
  return history_->Append(writes);
}

void Worker::HistoryCommitted() {
  if (history_) counters_.HistoryKept(history_->Committed());
  if (events_ == nullptr) return;
  events_->Committed();
  if (const uint64_t dropped = events_->TakeDropped(); dropped > 0) {
    log_.Warning("events_dropped",
                 {{"events", dropped}, {"effect", "the history of their things is without them"}});
  }
}

void Worker::HistoryFailed() {
  if (history_) history_->Failed();
  if (events_ != nullptr) events_->Failed();
}

bool Worker::Writable() {
  if (!failing_) return true;
  if (!store_.Recover().ok()) return false;
  failing_ = false;
  log_.Info("store_recovered");
  return true;
}

void Worker::LogFailure(const absl::Status& status) {
  failing_ = true;
  hot_.Clear();
  if (absl::IsPermissionDenied(status)) return;  // whoever serves ends, and tells why
  counters_.CommitFailed();
  log_.Error("commit_failed",
             {{"cause", status.ToString()},
              {"effect", "updates and deletes are refused with 500 until the store recovers"}});
}

}  // namespace service
