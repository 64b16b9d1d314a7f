#include "service/live/roster_keeper.h"

#include <algorithm>
#include <utility>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "storage/key.h"
#include "storage/record.h"

namespace service {
namespace {

constexpr size_t kMakerArenaBytes = 16 * 1024;

uint32_t Seconds(int64_t epoch_seconds) {
  return static_cast<uint32_t>(std::clamp<int64_t>(epoch_seconds, 0, UINT32_MAX));
}

void Raise(uint32_t& value, int64_t epoch_seconds) {
  value = std::max(value, Seconds(epoch_seconds));
}

void Step(const Whereabouts::Step& step, RosterRow& row) {
  const bool was_connected = row.connected();
  if (step.connected) {
    ++row.clients;
  } else if (row.clients > 0) {
    --row.clients;
  }
  if (row.connected() != was_connected || row.since == 0) row.since = Seconds(step.at);
  Raise(row.last_seen, step.at);
}

std::vector<std::string> ThingsOf(const policy::Registry& registry) {
  std::vector<std::string> names;
  names.reserve(registry.things().size());
  for (const auto& [name, thing] : registry.things()) names.push_back(name);
  return names;
}

}  // namespace

RosterKeeper::RosterKeeper(const storage::Store& store, RegistryInForce& registry,
                           Whereabouts& whereabouts, Feed& feed, HttpLoop& loop, Log& log)
    : store_(store),
      registry_(registry),
      whereabouts_(whereabouts),
      feed_(feed),
      loop_(loop),
      log_(log) {
  {
    const absl::MutexLock lock(&tie_->mutex);
    tie_->keeper = this;
  }
  whereabouts_.SetChanged([tie = tie_](const Whereabouts::Steps& steps) {
    TellIfActive(*tie, [&steps](RosterKeeper& keeper) {
      keeper.loop_.Post([&keeper, steps] { keeper.Hear(steps); });
    });
  });
  const auto changed = [tie = tie_](absl::Span<const policy::EntryChange> changes) {
    std::vector<std::string> things;
    for (const policy::EntryChange& change : changes) {
      if (change.part == policy::RegistryPart::kThings) things.push_back(change.name);
    }
    if (things.empty()) return;
    TellIfActive(*tie, [&things](RosterKeeper& keeper) {
      keeper.loop_.Post([&keeper, things] { keeper.Look(things); });
    });
  };
  const auto read_anew = [tie = tie_] {
    TellIfActive(*tie, [](RosterKeeper& keeper) {
      keeper.loop_.Post([&keeper] { keeper.RegisteredAnew(); });
    });
  };
  registry_.AddListener({.changed = changed, .read_anew = read_anew});
}

void RosterKeeper::TellIfActive(Tie& tie, absl::FunctionRef<void(RosterKeeper&)> tell) {
  const absl::MutexLock lock(&tie.mutex);
  if (tie.keeper != nullptr && tie.keeper->active_) tell(*tie.keeper);
}

RosterKeeper::~RosterKeeper() {
  {
    const absl::MutexLock lock(&tie_->mutex);
    tie_->keeper = nullptr;
  }
  feed_.Leave();
  Join();
}

void RosterKeeper::Join() {
  stop_ = true;
  if (thread_.joinable()) thread_.join();
  stop_ = false;
}

void RosterKeeper::Want(std::function<void(const Roster*)> then) {
  used_ms_ = absl::ToUnixMillis(absl::Now());
  if (state_ == State::kThere) return then(roster_.get());
  waiting_.push_back(std::move(then));
  if (state_ == State::kNone) Begin();
}

void RosterKeeper::Begin() {
  state_ = State::kAsked;
  active_ = true;
  const uint64_t number = ++number_;
  feed_.Follow({.begin = [this, number] { MakeBeside(number); },
                .hear =
                    [this, number](GroupNews news) {
                      loop_.Post([this, number, news = std::move(news)] {
                        if (number == number_) Hear(news);
                      });
                    },
                .anew =
                    [this, number] {
                      loop_.Post([this, number] {
                        if (number != number_) return;
                        later_.clear();
                        Begin();
                      });
                    }});
}

// What is committed from here on is told; all before is seen by the thread that is begun.
void RosterKeeper::MakeBeside(uint64_t number) {
  Join();
  absl::Notification has_view;  // a scan sees the store as it was when it came to its first key
  thread_ = std::thread([this, number, &has_view] {
    auto made = std::make_shared<Made>(Make([&has_view] { has_view.Notify(); }));
    loop_.Post([this, number, made] {
      if (number == number_ && state_ == State::kAsked) Take(std::move(*made));
    });
  });
  has_view.WaitForNotification();
}

// `has_view` is called once.
absl::Status RosterKeeper::ReadShadows(const std::function<void()>& has_view,
                                       Roster& roster) const {
  shadow::Arena arena(kMakerArenaBytes);
  bool is_first = true;
  absl::Status unreadable;
  RosterRow row;  // of the thing whose shadows are being read
  const auto put = [&] {
    if (row.shadows == 0) return;
    roster.Change(row.name, [&row](RosterRow& made) { made = row; });
  };
  absl::Status scanned =
      store_.Scan(storage::kRecordPrefix, "", [&](absl::string_view key, absl::string_view bytes) {
        if (std::exchange(is_first, false)) has_view();
        const auto id = storage::ParseRecordKey(key);
        arena.Clear();
        const auto summary = storage::SummarizeRecord(bytes, arena);
        if (!summary.ok()) unreadable.Update(summary.status());
        if (!id || !summary.ok() || summary->kind != storage::RecordKind::kDocument) return !stop_;
        if (row.name != id->thing) {
          put();
          row = {.name = std::string(id->thing)};
        }
        ++row.shadows;
        if (summary->differs) ++row.differing;
        Raise(row.updated, summary->updated_at);
        return !stop_.load();
      });
  put();
  if (is_first) has_view();
  if (!unreadable.ok()) log_.Warning("record_unreadable", {{"cause", unreadable.ToString()}});
  return scanned;
}

RosterKeeper::Made RosterKeeper::Make(const std::function<void()>& has_view) const {
  Made made{.roster = std::make_unique<Roster>()};
  Roster& roster = *made.roster;
  if (const auto read = ReadShadows(has_view, roster); !read.ok()) {
    log_.Warning("roster_failed", {{"cause", read.ToString()}});
    return {};
  }
  for (const std::string& name : registry_.Read(ThingsOf)) {
    roster.Change(name, [](RosterRow& row) { row.registered = true; });
  }
  const Whereabouts::Steps all = whereabouts_.All();
  made.steps = all.number;
  for (const Whereabouts::Step& step : all.steps) {
    if (!step.connected) continue;
    roster.Change(step.thing, [&step](RosterRow& row) { Step(step, row); });
  }
  for (const Whereabouts::Step& step : all.steps) {
    if (step.connected || roster.Find(step.thing) == nullptr) continue;
    roster.Change(step.thing, [&step](RosterRow& row) {
      if (!row.connected()) Raise(row.since, step.at);
      Raise(row.last_seen, step.at);
    });
  }
  return made;
}

void RosterKeeper::Take(Made made) {
  roster_ = std::move(made.roster);
  steps_ = made.steps;
  state_ = roster_ == nullptr ? State::kNone : State::kThere;
  if (roster_ == nullptr) {
    Drop();
  } else {
    for (auto& what : std::exchange(later_, {})) what();
    log_.Info("roster_made", {{"things", roster_->places()}, {"bytes", roster_->bytes()}});
  }
  if (told_.anew) told_.anew(roster_.get());
  for (auto& then : std::exchange(waiting_, {})) then(roster_.get());
}

void RosterKeeper::Drop() {
  feed_.Leave();
  active_ = false;
  state_ = State::kNone;
  later_.clear();
  roster_ = nullptr;
}

void RosterKeeper::DropIfUnused(bool in_use, int64_t now_ms) {
  if (in_use) used_ms_ = now_ms;
  if (state_ != State::kThere) return;
  if (now_ms - used_ms_ > kUnusedMs) {
    Drop();
  } else if (roster_->is_worn()) {
    Begin();
  }
}

void RosterKeeper::WhenThere(std::function<void()> what) {
  if (state_ == State::kThere) return what();
  if (state_ == State::kAsked) later_.push_back(std::move(what));
}

void RosterKeeper::Change(absl::string_view thing, absl::FunctionRef<void(RosterRow&)> change) {
  const Roster::Place place = roster_->Change(thing, change);
  if (told_.changed) told_.changed(place);
}

void RosterKeeper::Hear(const GroupNews& news) {
  if (told_.shadow) {
    for (const ShadowNews& one : news.shadows) told_.shadow(one);
  }
  WhenThere([this, news] {
    for (const ShadowNews& one : news.shadows) {
      Change(one.thing, [&one](RosterRow& row) {
        row.shadows += static_cast<uint32_t>(one.is_there) - static_cast<uint32_t>(one.was_there);
        row.differing += static_cast<uint32_t>(one.differs) - static_cast<uint32_t>(one.differed);
        Raise(row.updated, one.updated_at);
      });
    }
    for (const std::string& thing : news.heard) {
      if (roster_->Find(thing) == nullptr) continue;
      Change(thing, [&news](RosterRow& row) { Raise(row.last_seen, news.now); });
    }
  });
}

void RosterKeeper::Hear(const Whereabouts::Steps& steps) {
  WhenThere([this, steps] {
    if (steps.number <= steps_) return;
    steps_ = steps.number;
    if (steps.anew) {
      roster_->ChangeAll([](RosterRow& row) { row.clients = 0; });
      for (Roster::Place place = 0; place < roster_->places(); ++place) {
        if (told_.changed) told_.changed(place);
      }
    }
    for (const Whereabouts::Step& step : steps.steps) {
      if (!step.connected && roster_->Find(step.thing) == nullptr) continue;
      Change(step.thing, [&step](RosterRow& row) { Step(step, row); });
    }
  });
}

void RosterKeeper::Look(absl::Span<const std::string> things) {
  WhenThere([this, things = std::vector<std::string>(things.begin(), things.end())] {
    for (const std::string& thing : things) {
      const bool registered = registry_.Read([&thing](const policy::Registry& registry) {
        return registry.FindThing(thing) != nullptr;
      });
      if (!registered && roster_->Find(thing) == nullptr) continue;
      Change(thing, [registered](RosterRow& row) { row.registered = registered; });
    }
  });
}

void RosterKeeper::RegisteredAnew() {
  WhenThere([this] {
    roster_->ChangeAll([](RosterRow& row) { row.registered = false; });
    for (const std::string& thing : registry_.Read(ThingsOf)) {
      roster_->Change(thing, [](RosterRow& row) { row.registered = true; });
    }
    for (Roster::Place place = 0; place < roster_->places(); ++place) {
      if (told_.changed) told_.changed(place);
    }
  });
}

}  // namespace service
