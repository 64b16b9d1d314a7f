#include "service/faults/fault_plans.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "faults/plan.h"
#include "proto/envelope.h"
#include "service/faults/listing.h"
#include "shadow/json.h"

namespace service {
namespace {

constexpr int64_t kPulseUs = 10'000;
constexpr absl::string_view kStopped = "stopped";
constexpr absl::string_view kTimeIsOver = "its time is over";
constexpr absl::string_view kBrokerIsGone = "the broker is gone";

// Plans last as long as they say, whatever is done to the wall clock.
int64_t NowUs() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

absl::Status StatusOf(const proto::CommandReply& reply) {
  switch (reply.result) {
    case proto::CommandResult::kDone:
      return absl::OkStatus();
    case proto::CommandResult::kFaultsOff:
      return absl::FailedPreconditionError(
          "The plugin's faults are off; plugin_opt_faults true in mosquitto.conf turns them on");
    case proto::CommandResult::kNoSuchPlan:
      return absl::NotFoundError(reply.text);
    default:
      return absl::AlreadyExistsError(reply.text);
  }
}

std::string Started(const faults::Plan& plan) {
  return absl::StrCat(R"({"name":")", plan.name, R"(","seed":)", plan.seed, R"(,"endsInMs":)",
                      plan.for_ms, "}");
}

std::string Stopped(const std::vector<std::string>& names) {
  std::string out = R"({"stopped":[)";
  for (const std::string& name : names) {
    absl::StrAppend(&out, out.back() == '[' ? "\"" : ",\"", name, "\"");
  }
  return out + "]}";
}

}  // namespace

// `failed` is told what went wrong, `done` what the plugin says.
void FaultPlans::Ask(const proto::FaultsCommand& command, Done failed,
                     std::function<void(absl::string_view text)> done) {
  commands_.Put(command, [failed = std::move(failed),
                          done = std::move(done)](const proto::CommandReply* reply) {
    if (reply == nullptr) return failed(absl::UnavailableError("The broker is away"));
    if (absl::Status status = StatusOf(*reply); !status.ok()) return failed(status);
    done(reply->text);
  });
}

void FaultPlans::Start(absl::string_view text, const Done& done) {
  auto plan = faults::ParsePlan(text);
  if (!plan.ok()) return done(plan.status());
  Ask({.verb = proto::FaultsCommand::Verb::kStart, .text = text}, done,
      [this, plan = *std::move(plan), done](absl::string_view) {
        const absl::Status begun = Begin(plan);
        if (begun.ok()) return done(Started(plan));
        // In both or in none.
        Ask(
            {.verb = proto::FaultsCommand::Verb::kStop, .text = plan.name},
            [done, begun](const auto&) { done(begun); },
            [done, begun](absl::string_view) { done(begun); });
      });
}

absl::Status FaultPlans::Begin(const faults::Plan& plan) {
  {
    const absl::MutexLock lock(&mutex_);
    const int64_t now_us = NowUs();
    absl::Status begun = plans_.Start(plan, now_us);
    if (!begun.ok()) return begun;
    names_[plan.name] = false;
    looks_at_https_ = plans_.Looks(faults::On::kHttps);
  }
  log_.Info("fault_plan_started", {{"name", plan.name},
                                   {"seed", plan.seed},
                                   {"for", faults::DurationText(plan.for_ms)},
                                   {"rules", plan.rules.size()}});
  return absl::OkStatus();
}

bool FaultPlans::End(absl::string_view name, absl::string_view why) {
  std::vector<std::function<void()>> due;
  {
    const absl::MutexLock lock(&mutex_);
    const auto found = names_.find(name);
    if (found == names_.end()) return false;
    if (found->second && why == kTimeIsOver) why = kStopped;
    names_.erase(found);
    plans_.Stop(name);
    looks_at_https_ = plans_.Looks(faults::On::kHttps);
    for (auto held = held_.begin(); held != held_.end();) {
      if (held->second.plan != name) {
        ++held;
        continue;
      }
      due.push_back(std::move(held->second.send));
      held = held_.erase(held);
    }
  }
  log_.Info("fault_plan_ended", {{"name", name}, {"cause", why}});
  for (const auto& send : due) send();
  return true;
}

std::vector<std::string> FaultPlans::Names() const {
  const absl::MutexLock lock(&mutex_);
  std::vector<std::string> names;
  for (const auto& [name, stopping] : names_) names.push_back(name);
  return names;
}

void FaultPlans::Stop(const std::string& name, const Done& done) {
  if (!name.empty() && !faults::IsPlanName(name)) {
    return done(absl::NotFoundError(absl::StrCat("no plan called ", name, " is in force")));
  }
  {
    const absl::MutexLock lock(&mutex_);
    for (auto& [each, stopping] : names_) stopping = stopping || name.empty() || each == name;
  }
  // The plugin may say that they have ended before it answers.
  std::vector<std::string> names = name.empty() ? Names() : std::vector<std::string>{name};
  Ask(
      {.verb = proto::FaultsCommand::Verb::kStop, .text = name},
      [this, name, done](const absl::StatusOr<std::string>& failed) {
        // What the plugin does not have is not to be here either.
        if (absl::IsNotFound(failed.status())) End(name, kStopped);
        done(failed);
      },
      [this, names, done](absl::string_view) {
        for (const std::string& each : names) End(each, kStopped);
        done(Stopped(names));
      });
}

void FaultPlans::List(const Done& done) {
  Ask({.verb = proto::FaultsCommand::Verb::kList}, done, [this, done](absl::string_view text) {
    std::string ours;
    {
      const absl::MutexLock lock(&mutex_);
      ours = plans_.List(NowUs());
    }
    const auto joined = JoinLists(text, ours);
    if (!joined.ok()) return done(absl::InternalError(joined.status().message()));
    done(absl::StrCat(R"({"plans":)", *joined, "}"));
  });
}

void FaultPlans::Record(const std::string& name, const Done& done) {
  const auto ours = [this, name] {
    const absl::MutexLock lock(&mutex_);
    return plans_.Record(name);
  };
  if (!faults::IsPlanName(name)) return done(ours());
  Ask(
      {.verb = proto::FaultsCommand::Verb::kRecord, .text = name},
      [ours, done](const absl::StatusOr<std::string>& failed) {
        // What the plugin has done nothing of may be of HTTPS alone.
        const auto own = ours();
        if (absl::IsNotFound(failed.status()) && own.ok()) return done(own);
        // It refuses a record for its size alone.
        const bool is_large = absl::IsAlreadyExists(failed.status());
        done(is_large ? absl::ResourceExhaustedError(failed.status().message()) : failed);
      },
      [ours, done](absl::string_view text) {
        const auto own = ours();
        if (absl::IsNotFound(own.status())) return done(std::string(text));
        done(own.ok() ? JoinRecords(text, *own) : own);
      });
}

std::optional<FaultPlans::HttpsFault> FaultPlans::Decide(shadow::Operation operation,
                                                         const shadow::ShadowId& id) {
  const faults::Event event = {
      .on = faults::On::kHttps, .thing = id.thing, .shadow = id.name, .operation = operation};
  std::optional<HttpsFault> fault;
  std::string text;
  {
    const absl::MutexLock lock(&mutex_);
    // Should the plugin be late to say so.
    if (!plans_.StopOverdue(NowUs()).empty()) looks_at_https_ = plans_.Looks(faults::On::kHttps);
    const auto decision = plans_.Decide(event);
    if (!decision) return std::nullopt;
    fault = HttpsFault{.plan = std::string(decision->plan)};
    if (decision->rule->act == faults::Do::kReject) {
      fault->code = decision->rule->code;
    } else {
      fault->ms = decision->ms;
    }
    text = decision->Text();
  }
  counters_.HttpsFault(fault->code != 0);
  if (trace_.is_followed()) {
    const std::string topic = proto::RequestTopic(id, operation);
    trace_.Tell({.way = "https", .thing = id.thing, .topic = topic, .text = text});
  }
  return fault;
}

std::optional<uint64_t> FaultPlans::Hold(absl::string_view plan, std::function<void()> send) {
  {
    const absl::MutexLock lock(&mutex_);
    if (names_.find(plan) != names_.end()) {
      held_[++last_held_] = {std::string(plan), std::move(send)};
      return last_held_;
    }
  }
  send();
  return std::nullopt;
}

void FaultPlans::Release(uint64_t number) {
  std::function<void()> send;
  {
    const absl::MutexLock lock(&mutex_);
    const auto found = held_.find(number);
    if (found == held_.end()) return;
    send = std::move(found->second.send);
    held_.erase(found);
  }
  send();
}

bool FaultPlans::Hear(absl::string_view envelope) {
  if (!proto::IsNotices(envelope)) return false;
  const auto notices = proto::DecodeNotices(envelope);
  if (!notices.ok()) {
    counters_.EnvelopeRefused();
    log_.Error("envelope_refused", {{"cause", notices.status().message()}});
    return true;
  }
  for (const proto::Notice& notice : *notices) Hear(notice);
  return true;
}

void FaultPlans::Hear(const proto::Notice& notice) {
  switch (notice.kind) {
    case proto::Notice::Kind::kFault:
      if (!trace_.is_followed()) return;
      return trace_.Tell({.way = "mqtt",
                          .thing = notice.thing,
                          .client = notice.client,
                          .topic = notice.topic,
                          .text = notice.text});
    case proto::Notice::Kind::kPlanEnded:
      End(notice.text, kTimeIsOver);
      return;
    case proto::Notice::Kind::kPulseOn:
      pulses_ = true;
      return;
    case proto::Notice::Kind::kPulseOff:
      pulses_ = false;
      return;
    case proto::Notice::Kind::kEndSession:
      return end_session_(std::string(notice.client));
  }
}

void FaultPlans::LinkIs(bool up) {
  if (up) return;
  pulses_ = false;
  for (const std::string& name : Names()) End(name, kBrokerIsGone);
}

std::optional<int> FaultPlans::NextPulseMs() {
  if (!pulses_) return std::nullopt;
  return static_cast<int>(std::clamp<int64_t>((pulse_due_us_ - NowUs() + 999) / 1000, 0, 10));
}

std::optional<std::string> FaultPlans::TakePulse() {
  const int64_t now_us = NowUs();
  if (!pulses_ || now_us < pulse_due_us_) return std::nullopt;
  pulse_due_us_ = now_us + kPulseUs;
  return proto::AnswerBatchWriter(0).Finish();
}

}  // namespace service
