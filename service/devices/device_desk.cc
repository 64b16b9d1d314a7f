#include "service/devices/device_desk.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "proto/cbor.h"
#include "proto/device_refusal.h"
#include "proto/request.h"
#include "shadow/arena.h"

namespace service {
namespace {

using proto::DeviceTopic;

// What the plugin has confirmed waits so long for a commit that it can go with.
constexpr std::chrono::seconds kClearingWait{1};
constexpr int64_t kMsPerSecond = 1000;

DeviceAnswer InFormat(desk::Answer answer, DeviceTopic::Format format) {
  DeviceAnswer told{.accepted = answer.accepted, .payload = std::move(answer.payload)};
  if (format == DeviceTopic::Format::kCbor) told.payload = proto::CborOfJson(told.payload);
  return told;
}

DeviceKind KindOf(const DeviceTopic& topic) {
  if (topic.family == DeviceTopic::Family::kCommands) return DeviceKind::kCommands;
  return topic.family == DeviceTopic::Family::kJobs ? DeviceKind::kJobs : DeviceKind::kProvisioning;
}

control::Refusal NotDone() { return control::InternalFailure("Internal service failure"); }

}  // namespace

absl::StatusOr<std::unique_ptr<DeviceDesk>> DeviceDesk::Load(Settings settings,
                                                             const storage::Store& store,
                                                             const RegistryInForce& registry,
                                                             Commands& commands, Counters& counters,
                                                             Log& log) {
  auto posts = PostOffice::Load(store, commands, settings.now, log);
  if (!posts.ok()) return posts.status();
  std::unique_ptr<DeviceDesk> desk(
      new DeviceDesk(std::move(settings), store, registry, *std::move(posts), counters, log));
  desk->FindNextTimer("");
  return desk;
}

DeviceDesk::DeviceDesk(Settings settings, const storage::Store& store,
                       const RegistryInForce& registry, std::unique_ptr<PostOffice> posts,
                       Counters& counters, Log& log)
    : settings_(std::move(settings)),
      store_(store),
      registry_(registry),
      posts_(std::move(posts)),
      counters_(counters),
      log_(log) {}

void DeviceDesk::Call(Perform perform, Done done) {
  {
    const absl::MutexLock lock(&mutex_);
    if (!closed_) {
      calls_.push_back({std::move(perform), std::move(done)});
      done = nullptr;
    }
  }
  if (done != nullptr) return done(NotDone());
  settings_.wake();
}

void DeviceDesk::AccountChanged(absl::Span<const policy::EntryChange> changes) {
  {
    const absl::MutexLock lock(&mutex_);
    changes_.insert(changes_.end(), changes.begin(), changes.end());
  }
  settings_.wake();
}

void DeviceDesk::Close() {
  std::deque<Waiting> calls;
  {
    const absl::MutexLock lock(&mutex_);
    closed_ = true;
    calls.swap(calls_);
  }
  for (const Waiting& call : calls) call.done(NotDone());
}

absl::Status DeviceDesk::AtDesk(storage::Draft& draft,
                                absl::FunctionRef<bool(desk::Desk& desk)> work) {
  control::Surroundings here = settings_.here;
  here.now_ms = settings_.now() * kMsPerSecond;
  std::vector<desk::Message> messages;
  const size_t mark = draft.mark();
  const bool counts = registry_.ReadAccount([&](const control::Account& account) {
    desk::Desk desk{.draft = draft, .account = account, .here = here, .messages = messages};
    return work(desk);
  });
  absl::Status status = draft.TakeStatus();
  if (!status.ok()) log_.Error("record_unreadable", {{"cause", status.ToString()}});
  if (status.ok() && counts) {
    posts_->Take(messages, draft);
  } else {
    draft.Undo(mark);
  }
  return status;
}

std::optional<DeviceAnswer> DeviceDesk::Handle(const DeviceAsk& ask, bool may_change,
                                               storage::Draft& draft) {
  const DeviceTopic topic = proto::ParseDeviceTopic(ask.request.topic);
  desk::Request request{.topic = topic, .payload = ask.request.payload};
  std::string json;
  if (topic.format == DeviceTopic::Format::kCbor && !request.payload.empty()) {
    auto read = proto::JsonOfCbor(request.payload);
    if (read.ok()) {
      json = *std::move(read);
    } else {
      request.fault = json = std::string(read.status().message());
    }
    request.payload = request.fault.empty() ? absl::string_view(json) : absl::string_view();
  }
  if (topic.family == DeviceTopic::Family::kCertificates ||
      topic.family == DeviceTopic::Family::kTemplates) {
    if (provisioner_ == nullptr || ask.peer == nullptr) return Refuse(ask);
    Provision(ask, request);
    return std::nullopt;
  }
  const auto rooms = Rooms();
  const auto room = std::find_if(rooms.begin(), rooms.end(),
                                 [&](const Room& one) { return one.family == topic.family; });
  if (room == rooms.end()) return Refuse(ask);
  std::optional<desk::Answer> answer;
  const absl::Status status = AtDesk(draft, [&](desk::Desk& desk) {
    const size_t mark = draft.mark();
    answer = room->handle(request, desk);
    if (draft.mark() != mark && !may_change && answer->accepted) answer.reset();
    return answer && answer->accepted;
  });
  if (!status.ok() || !answer) return Refuse(ask);
  handled_.emplace_back(KindOf(topic), answer->accepted);
  return InFormat(*std::move(answer), topic.format);
}

void DeviceDesk::Provision(const DeviceAsk& ask, const desk::Request& request) {
  provisioner_->Take({.topic = std::string(ask.request.topic),
                      .payload = std::string(request.payload),
                      .fault = std::string(request.fault),
                      .client_id = ask.peer->client_id,
                      .principal = ask.peer->principal,
                      .connection = ask.request.connection},
                     [this, epoch = ask.epoch, sequence = ask.request.sequence,
                      format = request.topic.format](desk::Answer answer) {
                       counters_.DeviceAnswered(DeviceKind::kProvisioning, answer.accepted);
                       {
                         const absl::MutexLock lock(&mutex_);
                         late_.push_back({epoch, sequence, InFormat(std::move(answer), format)});
                       }
                       settings_.wake();
                     });
}

std::vector<Devices::Late> DeviceDesk::TakeLate() {
  const absl::MutexLock lock(&mutex_);
  return std::exchange(late_, {});
}

DeviceAnswer DeviceDesk::Refuse(const DeviceAsk& ask) const {
  const DeviceTopic topic = proto::ParseDeviceTopic(ask.request.topic);
  counters_.DeviceAnswered(KindOf(topic), /*accepted=*/false);
  shadow::Arena arena;
  const auto token = proto::ParseGetOrDelete(ask.request.payload, arena).token;
  return InFormat(
      {.accepted = false,
       .payload = proto::WordDeviceRefusal(topic, proto::DeviceFault::kInternal, token, ask.now)},
      topic.format);
}

bool DeviceDesk::HasWork() const {
  if (IsTimerDue() || IsClearingDue()) return true;
  const absl::MutexLock lock(&mutex_);
  return !calls_.empty() || !changes_.empty();
}

void DeviceDesk::Work(storage::Draft& draft) {
  TellRooms(draft);
  PerformCalls(draft);
  RunTimers(draft);
  posts_->Clear(draft);
  first_timer_ = draft.FirstPut(desk::kTimerPrefix);
}

void DeviceDesk::TellRooms(storage::Draft& draft) {
  {
    const absl::MutexLock lock(&mutex_);
    while (!changes_.empty() && told_changes_.size() < kChangesOfCommitMax) {
      told_changes_.push_back(std::move(changes_.front()));
      changes_.pop_front();
    }
  }
  if (told_changes_.empty()) return;
  for (const Room& room : Rooms()) {
    if (room.account_changed == nullptr) continue;
    AtDesk(draft, [&](desk::Desk& desk) {
      room.account_changed(told_changes_, desk);
      return true;
    }).IgnoreError();  // it is logged
  }
}

void DeviceDesk::PerformCalls(storage::Draft& draft) {
  std::vector<Waiting> calls;
  {
    const absl::MutexLock lock(&mutex_);
    while (!calls_.empty() && calls.size() < kCallsOfCommitMax) {
      calls.push_back(std::move(calls_.front()));
      calls_.pop_front();
    }
  }
  for (Waiting& call : calls) {
    desk::Outcome outcome = NotDone();
    const absl::Status status = AtDesk(draft, [&](desk::Desk& desk) {
      outcome = call.perform(desk);
      return std::holds_alternative<desk::Reply>(outcome);
    });
    if (!status.ok()) outcome = NotDone();
    answered_.push_back({std::move(call.done), std::move(outcome)});
  }
}

void DeviceDesk::RunTimers(storage::Draft& draft) {
  if (!IsTimerDue()) return;
  const auto due =
      desk::TakeDue(settings_.now(), kTimersOfCommitMax, desk::TimerKey(*next_timer_), draft);
  for (const desk::Timer& timer : due) {
    for (const Room& room : Rooms()) {
      if (room.timer_kinds.find(static_cast<char>(timer.kind)) == absl::string_view::npos) continue;
      AtDesk(draft, [&](desk::Desk& desk) {
        room.time_out(timer, desk);
        return true;
      }).IgnoreError();  // it is logged
    }
  }
}

void DeviceDesk::Committed() {
  for (const auto& [kind, accepted] : std::exchange(handled_, {})) {
    counters_.DeviceAnswered(kind, accepted);
  }
  posts_->Committed();
  SendPosts();
  told_changes_.clear();
  // Timers that were put may come before the one that was the next; it may be gone.
  std::string from = next_timer_ ? desk::TimerKey(*next_timer_) : first_timer_.value_or("");
  if (first_timer_ && *first_timer_ < from) from = *first_timer_;
  if (!from.empty()) FindNextTimer(from);
  first_timer_.reset();
  confirmed_since_.reset();
  for (const Answered& call : std::exchange(answered_, {})) call.done(call.outcome);
  bool more = false;
  {
    const absl::MutexLock lock(&mutex_);
    more = !calls_.empty() || !changes_.empty();
  }
  if (more || IsTimerDue()) settings_.wake();
}

void DeviceDesk::SendPosts() {
  posts_->Send(link_up_);
  counters_.PostsWait(posts_->waiting());
}

void DeviceDesk::Failed() {
  handled_.clear();  // they are refused
  posts_->Failed();
  first_timer_.reset();
  {
    const absl::MutexLock lock(&mutex_);
    changes_.insert(changes_.begin(), told_changes_.begin(), told_changes_.end());
  }
  told_changes_.clear();
  for (const Answered& call : std::exchange(answered_, {})) call.done(NotDone());
}

void DeviceDesk::FindNextTimer(absl::string_view from) {
  storage::Draft look(store_);
  next_timer_ = desk::NextTimer(from, look);
  if (const absl::Status status = look.TakeStatus(); !status.ok()) {
    log_.Error("timers_unreadable", {{"cause", status.ToString()}});
  }
}

bool DeviceDesk::IsTimerDue() const { return next_timer_ && next_timer_->due <= settings_.now(); }

bool DeviceDesk::IsClearingDue() const {
  return confirmed_since_ && Clock::now() - *confirmed_since_ >= kClearingWait;
}

void DeviceDesk::LinkIs(bool up) {
  link_up_ = up;
  SendPosts();
  if (posts_->HasConfirmed() && !confirmed_since_) confirmed_since_ = Clock::now();
}

int DeviceDesk::WaitMs() const {
  int64_t wait_ms = std::numeric_limits<int>::max();
  if (next_timer_) {
    const int64_t seconds = std::max<int64_t>(next_timer_->due - settings_.now(), 0);
    if (seconds < wait_ms / kMsPerSecond) wait_ms = seconds * kMsPerSecond;
  }
  if (confirmed_since_) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        *confirmed_since_ + kClearingWait - Clock::now());
    wait_ms = std::min<int64_t>(wait_ms, std::max<int64_t>(left.count(), 0));
  }
  return static_cast<int>(wait_ms);
}

}  // namespace service
