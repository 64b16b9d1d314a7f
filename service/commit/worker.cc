#include "service/commit/worker.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "proto/arrivals.h"
#include "storage/key.h"

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

int64_t MicrosecondsSince(std::chrono::steady_clock::time_point begun) {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() -
                                                               begun)
      .count();
}

}  // namespace

Worker::Worker(Settings settings, storage::Store& store, Journal journal,
               std::optional<history::Writer> history, Counters& counters, Trace& trace, Log& log,
               ThingEvents* events)
    : settings_(std::move(settings)),
      store_(store),
      journal_(std::move(journal)),
      history_(std::move(history)),
      counters_(counters),
      trace_(trace),
      log_(log),
      events_(events),
      hot_(settings_.hot_bytes_max),
      arena_(kArenaBytes) {}

std::vector<std::string> Worker::Process(absl::Span<const std::string> envelopes,
                                         absl::Span<LocalRequest> local) {
  Account account{.taken = Clock::now()};
  arena_.Clear();
  HearArrivals(envelopes);
  std::vector<Ask> asks = Decode(envelopes);
  for (const LocalRequest& request : local) {
    asks.push_back({.request = request.AsLinkRequest(),
                    .now = settings_.now(),
                    .restores = request.restores,
                    .author = request.author()});
  }
  if (asks.empty()) return {};
  counters_.GroupBegins(asks.size());
  std::vector<std::string> answers = HandleGroup(asks, local, account);
  account.times.answered_us = MicrosecondsSince(account.taken);
  counters_.GroupEnds(account.tally, asks.size(), account.times.answered_us);
  if (trace_.is_followed()) trace_.Tell(asks, account.codes, account.times);
  return answers;
}

std::vector<std::string> Worker::HandleGroup(absl::Span<const Ask> asks,
                                             absl::Span<LocalRequest> local, Account& account) {
  const auto answer = [&](Group& group) {
    std::vector<std::string> answers = Answer(group, asks, local);
    account.times.handled_us = account.times.committed_us = MicrosecondsSince(account.taken);
    account.tally = group.Count();
    account.codes = group.TakeCodes();
    return answers;
  };
  if (Writable()) {
    Group group(Group::Mode::kWrite, settings_.limits, writer(), events_, arena_, log_);
    absl::Status status = group.Load(store_, hot_, asks);
    if (status.ok()) {
      std::vector<std::string> answers = answer(group);
      status = Commit(group);
      account.times.committed_us = MicrosecondsSince(account.taken);
      if (status.ok()) return answers;
    }
    LogFailure(status);
  }

  Group group(Group::Mode::kReadOnly, settings_.limits, writer(), events_, arena_, log_);
  if (!group.Load(store_, hot_, asks).ok()) return RefuseAll(asks, local, account);
  return answer(group);
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

std::vector<Ask> Worker::Decode(absl::Span<const std::string> envelopes) {
  std::vector<Ask> asks;
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
      asks.clear();  // what another plugin asked has nobody left to answer to
    }
    journal_.Advance(batch->epoch, batch->answered_below);
    for (const proto::LinkRequest& request : batch->requests) {
      const Peers::Connection* const peer = peers_.Find(request.connection);
      asks.push_back({.request = request,
                      .now = settings_.now(),
                      .author = peer == nullptr ? storage::Author() : peer->author()});
    }
  }
  return asks;
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

absl::Status Worker::Commit(const Group& group) {
  std::vector<storage::Write> writes = group.Writes();
  if (writes.empty()) return absl::OkStatus();
  const size_t records = writes.size();
  journal_.Append(group.applied(), writes);
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

absl::StatusOr<storage::Imported> Worker::Import(std::vector<storage::Write> records,
                                                 bool replace) {
  if (!Writable()) return absl::UnavailableError("the store takes no commits");
  hot_.Clear();  // it knows nothing of what comes now
  const auto beside = [&](absl::Span<storage::Write> imported, auto before, auto& writes) {
    if (!history_) return;
    history_->AddImports(imported, before, settings_.now());
    history_->Append(writes);
  };
  auto imported = storage::Import(std::move(records), replace, beside, store_);
  if (!imported.ok()) {
    if (history_) history_->Failed();
    LogFailure(imported.status());
    return imported;
  }
  if (history_) counters_.HistoryKept(history_->Committed());
  counters_.Imported(
      {.documents = imported->documents_more, .tombstones = imported->tombstones_more});
  return imported;
}

absl::Status Worker::Forget(absl::string_view thing) {
  if (!Writable()) return absl::UnavailableError("the store takes no commits");
  absl::Status removed = store_.Remove(storage::HistoryThingPrefix(thing));
  if (removed.ok()) {
    log_.Info("history_forgotten", {{"thing", thing}});
  } else {
    LogFailure(removed);
  }
  return removed;
}

absl::Status Worker::Replace(const Replacement& replacement) {
  TellEvents();  // they are of what goes now
  if (!Writable()) return absl::UnavailableError("the store takes no commits");
  hot_.Clear();
  std::vector<storage::Write> writes = replacement.writes;
  storage::HistoryFloors floors;
  if (history_) floors.feed = history_->SkipNumber(writes);
  // With the end of a block of numbers, which must not come back.
  absl::Status status = store_.Replace(replacement.prefixes, writes, storage::Durability::kSync);
  if (status.ok()) {
    if (history_) history_->Committed();
    counters_.Imported(replacement.more);
    status = store_.RaiseFloors(floors);
  } else {
    HistoryFailed();
  }
  if (!status.ok()) {
    LogFailure(status);
    return absl::UnavailableError("the store takes no commits");
  }
  return events_ == nullptr ? status : events_->Reread(settings_.now());
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
  counters_.CommitFailed();
  log_.Error("commit_failed",
             {{"cause", status.ToString()},
              {"effect", "updates and deletes are refused with 500 until the store recovers"}});
}

int Worker::SyncIfDue() {
  if (!unsynced_since_) return std::numeric_limits<int>::max();
  const auto waited =
      std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - *unsynced_since_)
          .count();
  if (waited < settings_.sync_interval_ms) {
    return static_cast<int>(settings_.sync_interval_ms - waited);
  }
  Sync();
  return std::numeric_limits<int>::max();
}

void Worker::Sync() {
  if (!unsynced_since_) return;
  unsynced_since_.reset();
  if (const absl::Status status = store_.Sync(); !status.ok()) LogFailure(status);
}

int Worker::TellEventsIfDue() {
  if (events_ == nullptr || events_->waiting() == 0) {
    events_wait_since_.reset();
    return std::numeric_limits<int>::max();
  }
  const Clock::time_point now = Clock::now();
  if (!events_wait_since_) events_wait_since_ = now;
  const auto waited =
      std::chrono::duration_cast<std::chrono::milliseconds>(now - *events_wait_since_).count();
  if (waited < settings_.events_wait_ms) {
    return static_cast<int>(settings_.events_wait_ms - waited);
  }
  if (CommitEvents()) return events_->waiting() > 0 ? 0 : std::numeric_limits<int>::max();
  events_wait_since_ = now;
  return static_cast<int>(settings_.events_wait_ms);
}

void Worker::TellEvents() {
  while (events_ != nullptr && events_->waiting() > 0 && CommitEvents()) continue;
}

bool Worker::CommitEvents() {
  if (!Writable()) return false;
  std::vector<storage::Write> writes;
  const storage::Durability least = AppendHistory(writes);
  const absl::Status status = writes.empty() ? absl::OkStatus() : store_.Commit(writes, least);
  if (!status.ok()) {
    HistoryFailed();
    LogFailure(status);
    return false;
  }
  HistoryCommitted();
  return true;
}

}  // namespace service
