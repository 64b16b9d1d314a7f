#include "service/commit/worker.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "proto/arrivals.h"

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

// Adds what is beyond shadows to a commit; the journal's entries stay in their order.
void Join(std::vector<storage::Write> more, std::vector<storage::JournalEntry> more_applied,
          std::vector<storage::Write>& writes, std::vector<storage::JournalEntry>& applied) {
  const auto by_sequence = [](const storage::JournalEntry& a, const storage::JournalEntry& b) {
    return a.sequence < b.sequence;
  };
  std::move(more.begin(), more.end(), std::back_inserter(writes));
  const auto middle = applied.insert(applied.end(), more_applied.begin(), more_applied.end());
  std::inplace_merge(applied.begin(), middle, applied.end(), by_sequence);
}

int64_t MicrosecondsSince(std::chrono::steady_clock::time_point begun) {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() -
                                                               begun)
      .count();
}

}  // namespace

Worker::Worker(Settings settings, storage::Store& store, Journal journal,
               std::optional<history::Writer> history, Counters& counters, Trace& trace, Log& log,
               ThingEvents* events, Devices* devices, Feed* feed)
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
      hot_(settings_.hot_bytes_max),
      arena_(kArenaBytes) {}

std::vector<std::string> Worker::Process(absl::Span<const std::string> envelopes,
                                         absl::Span<LocalRequest> local) {
  Account account{.taken = Clock::now()};
  arena_.Clear();
  HearArrivals(envelopes);
  Work work = Decode(envelopes);
  work.local = local;
  for (const LocalRequest& request : local) {
    work.asks.push_back({.request = request.AsLinkRequest(),
                         .now = settings_.now(),
                         .restores = request.restores,
                         .author = request.author()});
  }
  std::vector<std::string> answers;
  if (devices_ != nullptr) TellLate(answers);
  work.has_devices = devices_ != nullptr && (!work.device_asks.empty() || devices_->HasWork());
  if (work.asks.empty() && !work.has_devices) return answers;
  const size_t requests = work.asks.size() + work.device_asks.size();
  counters_.GroupBegins(requests);
  for (std::string& answer : HandleGroup(work, account)) answers.push_back(std::move(answer));
  account.times.answered_us = MicrosecondsSince(account.taken);
  counters_.GroupEnds(account.tally, requests, account.times.answered_us);
  if (trace_.is_followed()) trace_.Tell(work.asks, account.codes, account.times);
  if (HasFollower()) TellFeed(work.asks, std::move(account.news));
  return answers;
}

std::vector<std::string> Worker::HandleGroup(const Work& work, Account& account) {
  const auto answer = [&](Group& group) {
    std::vector<std::string> answers = Answer(group, work.asks, work.local);
    account.times.handled_us = account.times.committed_us = MicrosecondsSince(account.taken);
    account.tally = group.Count();
    account.codes = group.TakeCodes();
    return answers;
  };
  if (Writable()) {
    std::optional<DeviceGroup> devices;
    std::vector<std::string> device_answers;
    absl::Status status;
    for (int run = 0; run < kRunsMax; ++run) {
      Group group(Group::Mode::kWrite, settings_.limits, writer(), events_, arena_, log_);
      status = group.Load(store_, hot_, work.asks);
      if (!status.ok()) break;
      std::vector<std::string> answers = answer(group);
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
  std::vector<std::string> answers = group.Load(store_, hot_, work.asks).ok()
                                         ? answer(group)
                                         : RefuseAll(work.asks, work.local, account);
  if (work.has_devices) RefuseDevices(work.device_asks, answers);
  return answers;
}

void Worker::Answer(DeviceGroup& devices, absl::Span<const DeviceAsk> asks,
                    std::vector<std::string>& envelopes) {
  proto::AnswerBatchWriter answers(epoch_);
  devices.Run(asks, journal_, answers);
  if (answers.answers() > 0) envelopes.push_back(std::move(answers).Finish());
}

// What they had in hand is not done, and never will be.
void Worker::RefuseDevices(absl::Span<const DeviceAsk> asks, std::vector<std::string>& envelopes) {
  devices_->Failed();
  if (asks.empty()) return;
  proto::AnswerBatchWriter answers(epoch_);
  for (const DeviceAsk& ask : asks) {
    WordDeviceAnswer(ask.request.sequence, devices_->Refuse(ask), answers);
  }
  envelopes.push_back(std::move(answers).Finish());
}

void Worker::TellLate(std::vector<std::string>& envelopes) {
  proto::AnswerBatchWriter answers(epoch_);
  for (const Devices::Late& late : devices_->TakeLate()) {
    if (late.epoch == epoch_) WordDeviceAnswer(late.sequence, late.answer, answers);
  }
  if (answers.answers() > 0) envelopes.push_back(std::move(answers).Finish());
}

std::vector<std::string> Worker::RefuseAll(absl::Span<const Ask> asks,
                                           absl::Span<LocalRequest> local, Account& account) {
  const shadow::Refusal refusal = shadow::InternalFailure();
  const auto refuse = [&](const Ask& ask, proto::AnswerBatchWriter& answers) {
    Refuse(ask, refusal, arena_, answers);
    account.tally.Answered(WayOf(ask), ask.request.operation, refusal.code);
    account.tally.Failed(Failure::kStore);
  };
  const size_t over_link = asks.size() - local.size();
  proto::AnswerBatchWriter refusals(epoch_);
  for (const Ask& ask : asks.first(over_link)) refuse(ask, refusals);
  for (size_t i = 0; i < local.size(); ++i) {
    proto::AnswerBatchWriter outcome(0);
    refuse(asks[over_link + i], outcome);
    local[i].outcome = std::move(outcome).Finish();
  }
  account.codes.assign(asks.size(), refusal.code);
  std::vector<std::string> envelopes;
  if (refusals.answers() > 0) envelopes.push_back(std::move(refusals).Finish());
  return envelopes;
}

// All of them first: who has gone is still known while requests are handled that came before.
void Worker::HearArrivals(absl::Span<const std::string> envelopes) {
  peers_.BeginGroup();
  for (const std::string& envelope : envelopes) {
    if (!proto::IsArrivals(envelope)) continue;
    const auto batch = proto::DecodeArrivals(envelope);
    if (!batch.ok()) {
      RefuseEnvelope(batch.status());
      continue;
    }
    peers_.Hear(*batch);
    if (events_ != nullptr) events_->Hear(*batch, peers_, settings_.now());
  }
  if (events_ != nullptr && !envelopes.empty()) events_->Heard(settings_.now());
}

Worker::Work Worker::Decode(absl::Span<const std::string> envelopes) {
  Work work;
  for (const std::string& envelope : envelopes) {
    if (proto::IsStatus(envelope)) continue;  // service/plugin_status.h hears it
    if (proto::IsArrivals(envelope)) continue;
    const auto batch = proto::DecodeRequestBatch(envelope);
    if (!batch.ok()) {
      RefuseEnvelope(batch.status());
      continue;
    }
    if (batch->epoch != epoch_) {
      log_.Debug("epoch", {{"epoch", absl::Hex(batch->epoch)}});
      epoch_ = batch->epoch;
      work = {};  // what another plugin asked has nobody left to answer to
    }
    journal_.Advance(batch->epoch, batch->answered_below);
    for (const proto::LinkRequest& request : batch->requests) {
      if (!request.topic.empty()) {
        if (devices_ == nullptr) continue;
        work.device_asks.push_back({.request = request,
                                    .epoch = epoch_,
                                    .now = settings_.now(),
                                    .peer = peers_.Share(request.connection)});
        continue;
      }
      const Peers::Connection* const peer = peers_.Find(request.connection);
      work.asks.push_back({.request = request,
                           .now = settings_.now(),
                           .of_thing = peer != nullptr && peer->thing == request.id.thing,
                           .author = peer == nullptr ? storage::Author() : peer->author()});
    }
  }
  return work;
}

void Worker::RefuseEnvelope(const absl::Status& status) {
  counters_.EnvelopeRefused();
  log_.Error("envelope_refused", {{"cause", status.message()}});
}

std::vector<std::string> Worker::Answer(Group& group, absl::Span<const Ask> asks,
                                        absl::Span<LocalRequest> local) {
  const size_t over_link = asks.size() - local.size();
  std::vector<std::string> envelopes;
  proto::AnswerBatchWriter answers(epoch_);
  answers.Reserve(AnswerBytesOf(asks.first(over_link)));
  group.Run(0, over_link, journal_, answers, [&] {
    if (answers.bytes() < kEnvelopeBytesMax) return;
    envelopes.push_back(std::move(answers).Finish());
    answers = proto::AnswerBatchWriter(epoch_);
  });
  if (answers.answers() > 0) envelopes.push_back(std::move(answers).Finish());
  for (size_t i = 0; i < local.size(); ++i) {
    proto::AnswerBatchWriter outcome(0);
    group.Run(over_link + i, over_link + i + 1, journal_, outcome, [] {});
    local[i].outcome = std::move(outcome).Finish();
  }
  return envelopes;
}

absl::Status Worker::Commit(const Group& group, const DeviceGroup* devices) {
  std::vector<storage::Write> writes = group.Writes();
  const size_t records = writes.size();
  std::vector<storage::JournalEntry> applied = group.applied();
  if (devices != nullptr) Join(devices->Writes(), devices->applied(), writes, applied);
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
