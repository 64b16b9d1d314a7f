#include "service/commit/thing_events.h"

#include <algorithm>
#include <utility>

#include "absl/memory/memory.h"
#include "storage/key.h"
#include "storage/record.h"

namespace service {
namespace {

using storage::HistoryEntry;
using storage::HistoryKind;
using storage::HistoryLane;
using storage::Write;

// A thing can have many shadows that were deleted lately; then it counts as having none.
constexpr int kRecordsLookedAtMax = 16;

std::string KeyOf(const storage::ConnectionId& id) {
  return storage::ConnectionKey(id.epoch, id.number);
}

}  // namespace

absl::StatusOr<std::unique_ptr<ThingEvents>> ThingEvents::Load(const storage::Store& store,
                                                               size_t brokers) {
  auto events = absl::WrapUnique(new ThingEvents(store, brokers));
  const absl::Status scanned = store.Scan(
      storage::kConnectionPrefix, "", [&](absl::string_view key, absl::string_view value) {
        const auto id = storage::ParseConnectionKey(key);
        const auto told = storage::DecodeToldConnection(value);
        if (!id || !told.ok()) return true;  // it gets no end; SurveyStore tells of it
        events->loaded_.push_back(std::make_shared<Standing>(Standing{
            .id = *id, .thing = std::string(told->thing), .told = told->change, .got = told->got}));
        return true;
      });
  if (!scanned.ok()) return scanned;
  return events;
}

bool ThingEvents::HaveAllTold() const {
  return std::all_of(lives_.begin(), lives_.end(),
                     [](const Life& life) { return life.epoch != 0; });
}

ThingEvents::Life* ThingEvents::LifeOf(uint64_t epoch) {
  const auto found = std::find_if(lives_.begin(), lives_.end(),
                                  [epoch](const Life& life) { return life.epoch == epoch; });
  return found == lives_.end() ? nullptr : &*found;
}

void ThingEvents::Hear(size_t broker, const proto::ArrivalBatch& batch, const Peers& peers,
                       int64_t now) {
  Life& life = lives_[broker];
  if (batch.epoch != life.epoch) BeginLife(life, batch.epoch, now);
  if (batch.first) {
    for (auto& [number, standing] : life.standing) standing->confirmed = false;
  }
  for (const proto::Arrival& arrival : batch.arrivals) {
    auto connection = peers.Share(arrival.connection);
    if (connection == nullptr) continue;
    if (arrival.end) {
      Ended(life, std::move(connection), *arrival.end);
    } else {
      Came(life, std::move(connection), now);
    }
  }
  if (batch.last) EndUnconfirmed(life, now);
}

absl::Status ThingEvents::Reread(int64_t now) {
  const auto stored = Load(*store_);
  if (!stored.ok()) return stored.status();
  loaded_.clear();
  absl::flat_hash_map<const Standing*, std::shared_ptr<Standing>> told;
  for (auto& one : (*stored)->loaded_) {
    const Life* const life = LifeOf(one->id.epoch);
    if (life == nullptr) {
      AwaitItsBroker(std::move(one), now);
      continue;
    }
    const auto standing = life->standing.find(one->id.number);
    if (standing != life->standing.end() && standing->second->thing == one->thing) {
      told[standing->second.get()] = std::move(one);
    } else {
      WaitForEnd(std::move(one), now, kEndNotTold);
    }
  }
  for (const Life& life : lives_) {
    for (const auto& [number, standing] : life.standing) {
      const auto known = told.find(standing.get());
      standing->told = known == told.end() ? 0 : known->second->told;
      standing->got = known != told.end() && known->second->got;
      standing->waits = standing->told == 0;
      if (!standing->waits) continue;
      Wait({.kind = HistoryKind::kConnected, .standing = standing, .time = standing->since});
    }
  }
  return absl::OkStatus();
}

// One that was told of in an earlier life. While a broker has not said which it is, it may be its.
void ThingEvents::AwaitItsBroker(std::shared_ptr<Standing> standing, int64_t now) {
  if (!HaveAllTold()) return loaded_.push_back(std::move(standing));
  WaitForEnd(std::move(standing), now, kBrokerRestarted);
}

void ThingEvents::ForgetUnclaimed(int64_t now) {
  for (auto& standing : std::exchange(loaded_, {})) {
    WaitForEnd(std::move(standing), now, kBrokerRestarted);
  }
}

// The broker has been started again. Those of its earlier life ended with it at the latest, and
// that was after it was heard last, if it was.
void ThingEvents::BeginLife(Life& life, uint64_t epoch, int64_t now) {
  const int64_t ended = life.heard == 0 ? now : life.heard;
  for (auto& [number, standing] : std::exchange(life.standing, {})) {
    WaitForEnd(std::move(standing), ended, kBrokerRestarted);
  }
  life.epoch = epoch;
  for (auto& standing : std::exchange(loaded_, {})) {
    if (standing->id.epoch == epoch) {
      life.standing[standing->id.number] = std::move(standing);
    } else {
      AwaitItsBroker(std::move(standing), now);
    }
  }
}

std::shared_ptr<ThingEvents::Standing> ThingEvents::Stand(
    const Life& life, std::shared_ptr<const Peers::Connection> connection, int64_t since) {
  auto standing = std::make_shared<Standing>();
  standing->id = {life.epoch, connection->number};
  standing->thing = connection->thing;
  standing->connection = std::move(connection);
  standing->since = since;
  return standing;
}

void ThingEvents::Came(Life& life, std::shared_ptr<const Peers::Connection> connection,
                       int64_t now) {
  int64_t since = connection->since;
  const auto known = life.standing.find(connection->number);
  if (known != life.standing.end()) {
    Standing& standing = *known->second;
    standing.confirmed = true;
    if (standing.thing == connection->thing) {
      standing.since = connection->since;
      standing.connection = std::move(connection);
      return;
    }
    WaitForEnd(std::move(known->second), now, kThingChanged);
    life.standing.erase(known);
    since = now;
  }
  if (connection->thing.empty()) return;
  const uint64_t number = connection->number;
  auto& standing = life.standing[number] = Stand(life, std::move(connection), since);
  standing->waits = true;
  Wait({.kind = HistoryKind::kConnected, .standing = standing, .time = since});
}

void ThingEvents::Ended(Life& life, std::shared_ptr<const Peers::Connection> connection,
                        const proto::ArrivalEnd& end) {
  std::shared_ptr<Standing> standing;
  if (const auto known = life.standing.find(connection->number); known != life.standing.end()) {
    standing = std::move(known->second);
    life.standing.erase(known);
    if (standing->connection == nullptr) standing->connection = std::move(connection);
  } else if (!connection->thing.empty()) {
    const int64_t since = connection->since;
    standing = Stand(life, std::move(connection), since);
  } else {
    return;
  }
  WaitForEnd(std::move(standing), end.time, end.reason);
}

// The plugin has named all that stand.
void ThingEvents::EndUnconfirmed(Life& life, int64_t now) {
  absl::erase_if(life.standing, [&](auto& one) {
    if (one.second->confirmed) return false;
    WaitForEnd(std::move(one.second), now, kEndNotTold);
    return true;
  });
}

void ThingEvents::Answered(const Ask& ask, int code, int64_t version) {
  const auto& of_broker = lives_[ask.broker].standing;
  const auto found = of_broker.find(ask.request.connection);
  if (found == of_broker.end()) return;
  Standing& standing = *found->second;
  if (standing.thing != ask.request.id.thing) return;
  const bool accepted = code == 200;
  if (ask.request.operation == shadow::Operation::kGet) {
    if (standing.got || (!accepted && code != 404)) return;
    standing.got = true;
    return Wait({.kind = HistoryKind::kGet,
                 .standing = found->second,
                 .time = ask.now,
                 .version = version,
                 .detail = std::string(ask.request.id.name),
                 .has_shadow = accepted});
  }
  // Its first shadow has come after it.
  if (!accepted || standing.told != 0 || std::exchange(standing.waits, true)) return;
  Wait({.kind = HistoryKind::kConnected,
        .standing = found->second,
        .time = standing.since,
        .has_shadow = ask.request.operation == shadow::Operation::kUpdate});
}

void ThingEvents::Wait(Event event) {
  Standing& standing = *event.standing;
  if (waiting_.size() < kWaitingMax || standing.told != 0) {
    return waiting_.push_back(std::move(event));
  }
  ++dropped_;
  standing.waits = false;
}

void ThingEvents::WaitForEnd(std::shared_ptr<Standing> standing, int64_t time,
                             absl::string_view reason) {
  Wait({.kind = HistoryKind::kEnded,
        .standing = std::move(standing),
        .time = time,
        .detail = std::string(reason)});
}

void ThingEvents::Append(Add add, std::vector<Write>& writes) {
  while (!waiting_.empty() && in_commit_.size() < kOfCommitMax) {
    Event event = std::move(waiting_.front());
    waiting_.pop_front();
    const uint64_t told = event.standing->told;
    in_commit_.push_back({std::move(event), told});
    Tell(in_commit_.back().event, add, writes);
  }
}

// What is told of a connection begins with that it is there, and its thing has to have a shadow.
void ThingEvents::Tell(const Event& event, Add add, std::vector<Write>& writes) {
  Standing& standing = *event.standing;
  if (event.kind == HistoryKind::kConnected) standing.waits = false;
  if (event.failed && WasCommitted(event)) return;
  if (standing.told == 0) {
    if (!event.has_shadow && !HasShadow(standing.thing)) return;
    standing.told = add(standing.thing, EntryOf({.kind = HistoryKind::kConnected,
                                                 .standing = event.standing,
                                                 .time = standing.since}));
  } else if (event.kind == HistoryKind::kConnected) {
    return;
  }
  if (event.kind != HistoryKind::kConnected) add(standing.thing, EntryOf(event));
  if (event.kind == HistoryKind::kEnded) {
    writes.push_back({KeyOf(standing.id), std::nullopt});
  } else {
    const storage::ToldConnection told = {
        .change = standing.told, .got = event.kind == HistoryKind::kGet, .thing = standing.thing};
    writes.push_back({KeyOf(standing.id), storage::EncodeToldConnection(told)});
  }
}

// Whether a commit that gave an error was written all the same. What is not known counts as no.
bool ThingEvents::WasCommitted(const Event& event) {
  Standing& standing = *event.standing;
  std::vector<std::optional<std::string>> stored;
  if (!store_->Read({KeyOf(standing.id)}, stored).ok()) return false;
  if (!stored[0]) return event.kind == HistoryKind::kEnded && standing.told != 0;
  const auto told = storage::DecodeToldConnection(*stored[0]);
  if (!told.ok() || told->thing != standing.thing) return false;
  standing.told = told->change;
  return event.kind == HistoryKind::kGet && told->got;
}

HistoryEntry ThingEvents::EntryOf(const Event& event) {
  arena_.Clear();
  HistoryEntry entry = {.kind = event.kind, .version = event.version, .time = event.time};
  entry.author = AuthorOf(*event.standing);
  entry.detail = event.detail;
  return entry;
}

// What is known from the store alone is who it was told of; nothing if that is gone.
storage::Author ThingEvents::AuthorOf(const Standing& standing) {
  if (standing.connection != nullptr) return standing.connection->author();
  std::vector<std::optional<std::string>> stored;
  const std::string key = storage::HistoryKey({.thing = standing.thing, .name = ""},
                                              HistoryLane::kEvents, standing.told);
  if (!store_->Read({key}, stored).ok() || !stored[0]) return {};
  const auto entry = storage::DecodeHistoryEntry(arena_.Copy(*stored[0]), standing.told, arena_);
  return entry.ok() ? entry->author : storage::Author();
}

bool ThingEvents::HasShadow(absl::string_view thing) const {
  bool has_shadow = false;
  int looked_at = 0;
  const absl::Status scanned = store_->Scan(
      storage::ThingPrefix(thing), "", [&](absl::string_view, absl::string_view record) {
        has_shadow = storage::KindOf(record) == storage::RecordKind::kDocument;
        return !has_shadow && ++looked_at < kRecordsLookedAtMax;
      });
  return scanned.ok() && has_shadow;
}

void ThingEvents::Failed() {
  for (auto one = in_commit_.rbegin(); one != in_commit_.rend(); ++one) {
    Event& event = one->event;
    event.standing->told = one->told;
    event.standing->waits |= event.kind == HistoryKind::kConnected;
    event.has_shadow = false;  // what made it may have failed as well
    event.failed = true;
    waiting_.push_front(std::move(event));
  }
  in_commit_.clear();
}

}  // namespace service
