#include "service/live/page.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "service/live/mqtt_words.h"
#include "shadow/json.h"

namespace service {
namespace {

constexpr absl::string_view kMayNot = "You may not do that";

}  // namespace

Page::Page(const PageSurroundings& here, std::string cookie, std::function<void()> gone)
    : here_(here), cookie_(std::move(cookie)), gone_(std::move(gone)) {}

Page::~Page() {
  if (gone_) gone_();
}

void Page::Start(const std::shared_ptr<TextSocket>& socket, std::string behind) {
  socket_ = socket;
  here_.loop.After(kHelloMs, [self = weak_from_this()] {
    const auto page = self.lock();
    if (page && page->session_ == nullptr) page->Close(CloseCode::kNoSession, "no hello came");
  });
  socket->Start(shared_from_this(), std::move(behind));
}

void Page::Closed() {
  followed_.clear();
  mqtt_ = nullptr;
  if (gone_) std::exchange(gone_, nullptr)();
}

void Page::Close(CloseCode code, absl::string_view why) {
  if (const auto socket = socket_.lock()) socket->Close(code, why);
}

void Page::Said(std::string message) {
  const auto read = ReadFrame(message);
  if (session_ == nullptr) {
    const auto* const frame = std::get_if<PageFrame>(&read);
    if (frame == nullptr || !std::holds_alternative<Hello>(frame->asks)) {
      return Close(CloseCode::kNoSession, "the first frame must be hello");
    }
    return Greet(*frame);
  }
  if (here_.sessions.IsOver(*session_)) return Close(CloseCode::kNoSession, "the session is over");
  here_.sessions.Use(*session_);
  if (const auto* const fault = std::get_if<FrameFault>(&read)) {
    return Answer(ErrorFrame(fault->id, fault->why));
  }
  const auto& frame = std::get<PageFrame>(read);
  const std::string fault = Do(frame);
  if (!fault.empty()) Answer(ErrorFrame(frame.id, fault));
  Poke();
}

void Page::Greet(const PageFrame& frame) {
  auto found = here_.sessions.Find(cookie_, std::get<Hello>(frame.asks).csrf);
  if (found.session == nullptr) {
    return Close(CloseCode::kNoSession, "nobody is logged in with that");
  }
  session_ = std::move(found.session);
  std::string hello = "{\"hello\":{\"name\":";
  shadow::PrintJsonString(session_->user.name, hello);
  absl::StrAppend(
      &hello, ",\"role\":\"", identity::ConsoleRoleName(session_->user.role), "\",\"version\":\"",
      here_.version, "\",\"bench\":", here_.bench ? "true" : "false",
      ",\"bytesMax\":", here_.limits.state_bytes_max, ",\"at\":", MomentNow().at_ms, "}}");
  Answer(std::move(hello));
}

std::string Page::Do(const PageFrame& frame) {
  return std::visit([&](const auto& asked) { return Ask(frame.id, asked); }, frame.asks);
}

void Page::Answer(std::string frame) {
  if (!outbox_.Answer(std::move(frame))) {
    return Close(CloseCode::kPolicy, "more is asked than is listened to");
  }
  Poke();
}

// What is followed.

template <class Kind>
Kind* Page::Find(int64_t id) const {
  const auto found = followed_.find(id);
  return found == followed_.end() ? nullptr : dynamic_cast<Kind*>(found->second.get());
}

void Page::Put(std::unique_ptr<Following> following) {
  const int64_t id = following->id();
  Drop(id);
  followed_[id] = std::move(following);
}

void Page::Drop(int64_t id) {
  const auto found = followed_.find(id);
  if (found == followed_.end()) return;
  const auto* const plain = dynamic_cast<const PlainFollowing*>(found->second.get());
  if (plain != nullptr && plain->what() == PlainFollowing::What::kMqtt && mqtt_) {
    mqtt_->Unsubscribe(id);
  }
  followed_.erase(found);
  outbox_.Forget(id);
}

std::string Page::Ask(int64_t, const Hello&) { return "hello is said once"; }

std::string Page::Ask(int64_t id, const FollowThings& asked) {
  if (auto* const there = Find<ThingsFollowing>(id); there != nullptr && there->Move(asked)) {
    return "";
  }
  if (!MayFollow(id)) return absl::StrCat("A page follows ", kFollowedMax, " things at most");
  const auto others = std::count_if(followed_.begin(), followed_.end(), [&](const auto& one) {
    return one.first != id && dynamic_cast<const ThingsFollowing*>(one.second.get()) != nullptr;
  });
  if (static_cast<size_t>(others) >= kThingsFollowedMax) {
    return absl::StrCat("A page follows ", kThingsFollowedMax, " lists of things at most");
  }
  auto following = std::make_unique<ThingsFollowing>(id, asked);
  Following* const made = following.get();
  Put(std::move(following));
  here_.keeper.Want([self = weak_from_this(), id, made](const Roster* roster) {
    const auto page = self.lock();
    if (!page) return;
    auto* const there = page->Find<ThingsFollowing>(id);
    if (there != made) return;  // another has taken its place
    if (roster == nullptr) return page->Answer(ErrorFrame(id, "The things cannot be read"));
    there->RosterIs(roster);
    page->Poke();
  });
  return "";
}

std::string Page::Ask(int64_t id, const FollowShadow& asked) {
  const std::string name =
      asked.name.empty() ? asked.thing : absl::StrCat(asked.thing, "/", asked.name);
  if (!here_.sessions.May(*session_, policy::Action::kGetThingShadow, name)) {
    return std::string(kMayNot);
  }
  if (!MayFollow(id)) return absl::StrCat("A page follows ", kFollowedMax, " things at most");
  Put(std::make_unique<ShadowFollowing>(id, asked, here_.store, here_.limits, here_.now));
  // Which hears of changes.
  here_.keeper.Want([self = weak_from_this(), id](const Roster* roster) {
    const auto page = self.lock();
    auto* const there = page ? page->Find<ShadowFollowing>(id) : nullptr;
    if (there != nullptr && there->RosterIs(roster)) page->Poke();
  });
  return "";
}

std::string Page::Ask(int64_t id, const FollowTrace& asked) {
  if (!here_.sessions.May(*session_, policy::Action::kGetThingShadow, asked.thing)) {
    return std::string(kMayNot);
  }
  if (!MayFollow(id)) return absl::StrCat("A page follows ", kFollowedMax, " things at most");
  const auto come = [self = weak_from_this(), &loop = here_.loop, id] {
    loop.Post([self, id] {
      if (const auto page = self.lock()) page->TakeTrace(id);
    });
  };
  Put(std::make_unique<TraceFollowing>(id, asked, here_.trace, come));
  return "";
}

void Page::TakeTrace(int64_t id) {
  auto* const trace = Find<TraceFollowing>(id);
  if (trace == nullptr) return;
  const Trace::Follower::Lines taken = trace->follower().Take();
  outbox_.Lose(id, taken.lost);
  const std::string front = FrameFront(id, MomentNow().at_ms);
  for (const std::string& line : taken.lines) {
    outbox_.Tell(id, absl::StrCat(front, ",\"line\":", line, "}"));
  }
  Poke();
}

std::string Page::Ask(int64_t id, const FollowFaults&) {
  if (!MayFollow(id)) return absl::StrCat("A page follows ", kFollowedMax, " things at most");
  Put(std::make_unique<FaultsFollowing>(id));
  here_.faults_wanted();
  return "";
}

std::string Page::Ask(int64_t id, const FollowHealth&) {
  if (!MayFollow(id)) return absl::StrCat("A page follows ", kFollowedMax, " things at most");
  Put(std::make_unique<PlainFollowing>(id, PlainFollowing::What::kHealth));
  outbox_.Tell(id,
               absl::StrCat(FrameFront(id, MomentNow().at_ms), ",", here_.health.Members(), "}"));
  return "";
}

std::string Page::Ask(int64_t id, const FollowRefusals&) {
  if (!MayFollow(id)) return absl::StrCat("A page follows ", kFollowedMax, " things at most");
  Put(std::make_unique<PlainFollowing>(id, PlainFollowing::What::kRefusals));
  RefusalsHeard();
  return "";
}

std::string Page::Ask(int64_t id, const Leave&) {
  Drop(id);
  return "";
}

// What happens.

void Page::Each(const std::function<bool(Following&)>& happens) {
  bool is_due = false;
  for (const auto& [id, following] : followed_) is_due = happens(*following) || is_due;
  if (is_due) Poke();
}

void Page::SecondPassed(const std::string& sample) {
  here_.counters.PageLost(outbox_.lost() - std::exchange(lost_counted_, outbox_.lost()));
  if (session_ == nullptr) return;
  if (here_.sessions.IsOver(*session_)) return Close(CloseCode::kNoSession, "the session is over");
  for (const auto& [id, following] : followed_) {
    const auto* const plain = dynamic_cast<const PlainFollowing*>(following.get());
    if (plain == nullptr || plain->what() != PlainFollowing::What::kHealth) continue;
    outbox_.Tell(id, absl::StrCat(FrameFront(id, MomentNow().at_ms), ",", here_.health.State(),
                                  ",\"samples\":[", sample, "]}"));
  }
  Poke();
}

void Page::RefusalsHeard() {
  for (const auto& [id, following] : followed_) {
    auto* const plain = dynamic_cast<PlainFollowing*>(following.get());
    if (plain == nullptr || plain->what() != PlainFollowing::What::kRefusals) continue;
    const bool is_first = plain->told == 0;
    std::vector<Refusals::Line> lines;
    if (here_.refusals) lines = here_.refusals(plain->told);
    if (lines.empty() && !is_first) continue;
    if (!lines.empty() && !is_first) {
      // Of those that came, only the newest are kept.
      outbox_.Lose(id, lines.front().number - plain->told - 1);
    }
    if (!lines.empty()) plain->told = lines.back().number;
    const auto put = [](std::string* out, const Refusals::Line& line) { out->append(line.json); };
    outbox_.Tell(id,
                 absl::StrCat(FrameFront(id, MomentNow().at_ms), ",\"refusals\":[",
                              absl::StrJoin(lines, ",", put), "]}"),
                 lines.size());
  }
  Poke();
}

bool Page::FollowsFaults() const {
  return std::any_of(followed_.begin(), followed_.end(), [](const auto& one) {
    return dynamic_cast<const FaultsFollowing*>(one.second.get()) != nullptr;
  });
}

bool Page::NeedsRoster() const {
  return std::any_of(followed_.begin(), followed_.end(), [](const auto& one) {
    return dynamic_cast<const ThingsFollowing*>(one.second.get()) != nullptr ||
           dynamic_cast<const ShadowFollowing*>(one.second.get()) != nullptr;
  });
}

// Sending.

void Page::Poke() {
  if (std::exchange(poked_, true)) return;
  here_.loop.Post([self = weak_from_this()] {
    const auto page = self.lock();
    if (!page) return;
    page->poked_ = false;
    page->Pump();
  });
}

void Page::Pump() {
  const auto socket = socket_.lock();
  if (!socket || socket->is_sending()) return;
  const Moment now = MomentNow();
  int64_t due_ms = Following::kNotDue;
  const size_t count = followed_.size();
  auto next = followed_.upper_bound(turn_);
  for (size_t i = 0; i < count; ++i, ++next) {
    if (next == followed_.end()) next = followed_.begin();
    const int64_t its_ms = next->second->DueMs();
    if (its_ms > now.steady_ms) {
      due_ms = std::min(due_ms, its_ms);
      continue;
    }
    turn_ = next->first;
    if (const auto frame = next->second->Take(now)) return socket->Send(*frame);
  }
  if (const auto frame = outbox_.Take()) return socket->Send(*frame);
  if (due_ms >= armed_ms_) return;
  armed_ms_ = due_ms;
  here_.loop.After(due_ms - now.steady_ms, [self = weak_from_this(), due_ms] {
    const auto page = self.lock();
    if (!page || page->armed_ms_ != due_ms) return;
    page->armed_ms_ = Following::kNotDue;
    page->Pump();
  });
}

}  // namespace service
