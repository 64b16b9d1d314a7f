#include "plugin/faults/injector.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "faults/alteration.h"

namespace plugin {
namespace {

using faults::Decision;
using faults::Do;
using faults::Event;
using faults::On;

static_assert(faults::kDos == proto::kFaultKinds);

bool HasWildcards(absl::string_view text) { return text.find_first_of("*?") != text.npos; }

}  // namespace

std::optional<Decision> FaultInjector::Decide(const Event& event, absl::string_view only_plan) {
  auto decision = plans_.Decide(event, only_plan);
  if (!decision) return decision;
  ++status_.faults_fired[static_cast<size_t>(decision->rule->act)];
  Told told{.kind = proto::Notice::Kind::kFault,
            .thing = std::string(event.thing),
            .client = std::string(event.client),
            .topic = std::string(event.topic),
            .text = decision->Text()};
  if (event.answer) told.topic = proto::AnswerTopicOf({event.thing, *event.shadow}, *event.answer);
  Tell(std::move(told));
  return decision;
}

void FaultInjector::Tell(Told told) {
  if (told.kind != proto::Notice::Kind::kFault || told_.size() < kToldMax) {
    told_.push_back(std::move(told));
  }
}

FaultInjector::Fate FaultInjector::Connect(const Peer& peer) {
  const Event event{.on = On::kConnect,
                    .thing = peer.thing,
                    .client = peer.client,
                    .certificate = peer.certificate};
  Event session = event;
  session.on = On::kSession;
  session.begins = true;
  if (Decide(session)) return Fate::kCutNow;  // it is away
  const auto decision = Decide(event);
  if (!decision) return Fate::kAsUsual;
  return decision->rule->act == Do::kClose ? Fate::kCutNow : Fate::kRefuse;
}

FaultInjector::Fate FaultInjector::Subscribe(const Peer& peer, absl::string_view filter) {
  const auto decision = Decide({.on = On::kSubscribe,
                                .thing = proto::ThingLevel(filter),
                                .topic = filter,
                                .client = peer.client,
                                .certificate = peer.certificate});
  if (!decision) return Fate::kAsUsual;
  switch (decision->rule->act) {
    case Do::kCutBeforeSuback:
      return Fate::kCutNow;
    case Do::kCutAfterSuback:
      return Fate::kCutLater;
    default:
      return Fate::kRefuse;
  }
}

FaultInjector::Outcome FaultInjector::Request(const Peer& peer, uint64_t connection,
                                              const proto::Topic& parsed, absl::string_view topic,
                                              absl::string_view payload, int64_t now_us) {
  const auto decision = Decide({.on = On::kRequest,
                                .thing = parsed.id.thing,
                                .shadow = parsed.id.name,
                                .operation = parsed.operation,
                                .topic = topic,
                                .client = peer.client,
                                .certificate = peer.certificate});
  if (!decision) return {};
  switch (decision->rule->act) {
    case Do::kCutBeforePuback:
      return {decision->rule->taken ? Fate::kTakeAndCut : Fate::kCutNow};
    case Do::kCutAfterPuback:
      return {Fate::kCutLater};
    case Do::kSwallow:
      return {Fate::kSwallow};
    case Do::kReject:
      return {Fate::kReject, decision->rule->code};
    case Do::kDuplicate:
      return {Fate::kTwice};
    default:
      held_.Add({.kind = HeldMessage::Kind::kRequest,
                 .plan = std::string(decision->plan),
                 .client = std::string(peer.client),
                 .topic = std::string(topic),
                 .payload = std::string(payload),
                 .connection = connection},
                now_us + decision->ms * 1000);
      return {Fate::kHeld};
  }
}

bool FaultInjector::Answer(const shadow::ShadowId& id, proto::AnswerTopic topic,
                           absl::string_view payload, int64_t now_us) {
  const auto decision =
      Decide({.on = On::kAnswer, .thing = id.thing, .shadow = id.name, .answer = topic});
  if (!decision && swapped_.empty()) return false;
  const std::string text = proto::AnswerTopicOf(id, topic);
  if (!decision) {
    PublishWithWhatWaited(text, payload);
    return true;
  }
  const faults::Rule& rule = *decision->rule;
  std::string altered(payload);
  switch (rule.act) {
    case Do::kDrop:
      return true;
    case Do::kReorder:
      if (swapped_.contains(text)) break;  // this is the next one that another waits for
      [[fallthrough]];
    case Do::kDelay: {
      const uint64_t number = held_.Add(
          {.plan = std::string(decision->plan), .topic = text, .payload = std::move(altered)},
          now_us + decision->ms * 1000);
      if (rule.act == Do::kReorder) swapped_.emplace(text, number);
      return true;
    }
    case Do::kDuplicate:
      hands_.Publish(text, payload);
      break;
    case Do::kToken:
      faults::AlterToken(rule.other_token, altered);
      break;
    case Do::kSkew:
      faults::SkewTimes(rule.seconds, altered);
      break;
    default:
      altered.resize(std::min(altered.size(), static_cast<size_t>(rule.bytes)));
      break;
  }
  PublishWithWhatWaited(text, altered);
  return true;
}

// An answer that was to come after the next one of its topic comes now.
void FaultInjector::PublishWithWhatWaited(const std::string& topic, absl::string_view payload) {
  hands_.Publish(topic, payload);
  const auto waiting = swapped_.find(topic);
  if (waiting == swapped_.end()) return;
  const uint64_t number = waiting->second;
  swapped_.erase(waiting);
  LetGo(held_.Take(number));
}

FaultInjector::Fate FaultInjector::Deliver(const Peer& peer, const proto::Topic& parsed,
                                           absl::string_view topic, absl::string_view payload,
                                           bool at_least_once, int64_t now_us) {
  Event event{.on = On::kDeliver,
              .thing = proto::ThingLevel(topic),
              .topic = topic,
              .client = peer.client,
              .certificate = peer.certificate};
  if (parsed.kind != proto::Topic::Kind::kNone) {
    event.shadow = parsed.id.name;
    event.operation = parsed.operation;
  }
  const auto decision = Decide(event);
  if (!decision) return Fate::kAsUsual;
  const Do act = decision->rule->act;
  if (act == Do::kCut) return Fate::kCutLater;
  if (act == Do::kDrop) return Fate::kRefuse;
  int64_t due_us = now_us;
  if (act == Do::kDelay) due_us += decision->ms * 1000;
  if (act == Do::kThrottle) {
    due_us = ThrottledUntil(*decision, peer.client, now_us);
    if (due_us <= now_us) return Fate::kAsUsual;
  }
  held_.Add({.kind = HeldMessage::Kind::kDeliver,
             .plan = std::string(decision->plan),
             .client = std::string(peer.client),
             .topic = std::string(topic),
             .payload = std::string(payload),
             .at_least_once = at_least_once},
            due_us);
  return act == Do::kDuplicate ? Fate::kAsUsual : Fate::kRefuse;
}

int64_t FaultInjector::ThrottledUntil(const Decision& decision, absl::string_view client,
                                      int64_t now_us) {
  int64_t& free_us = free_us_[client];
  const int64_t due_us = std::max(free_us, now_us);
  free_us = due_us + 1'000'000 / decision.rule->per_second;
  return due_us;
}

void FaultInjector::Ended(const Peer& peer) {
  if (!Decide({.on = On::kSession,
               .thing = peer.thing,
               .client = peer.client,
               .certificate = peer.certificate})) {
    return;
  }
  Tell({.kind = proto::Notice::Kind::kEndSession, .client = std::string(peer.client)});
}

FaultInjector::Reply FaultInjector::Obey(const proto::FaultsCommand& command, int64_t now_us) {
  using Verb = proto::FaultsCommand::Verb;
  switch (command.verb) {
    case Verb::kStart:
      return Start(command.text, now_us);
    case Verb::kStop:
      return Stop(command.text);
    case Verb::kList:
      return {proto::CommandResult::kDone, plans_.List(now_us)};
    case Verb::kRecord:
      break;
  }
  auto record = plans_.Record(command.text);
  if (record.ok()) return {proto::CommandResult::kDone, *std::move(record)};
  return {absl::IsNotFound(record.status()) ? proto::CommandResult::kNoSuchPlan
                                            : proto::CommandResult::kRefused,
          std::string(record.status().message())};
}

FaultInjector::Reply FaultInjector::Start(absl::string_view text, int64_t now_us) {
  const auto plan = faults::ParsePlan(text);
  absl::Status status = plan.status();
  if (status.ok()) status = plans_.Start(*plan, now_us);
  if (!status.ok()) return {proto::CommandResult::kRefused, std::string(status.message())};
  status_.fault_plans = plans_.size();
  hands_.Log(absl::StrCat("fault plan ", plan->name, " begins: ", plan->rules.size(),
                          " rules, seed ", plan->seed, ", for ",
                          faults::DurationText(plan->for_ms)));
  MeetWhoIsThere(*plan);
  return {proto::CommandResult::kDone, plan->name};
}

void FaultInjector::MeetWhoIsThere(const faults::Plan& plan) {
  const auto has = [&](Do act) {
    return std::any_of(plan.rules.begin(), plan.rules.end(),
                       [&](const faults::Rule& rule) { return rule.act == act; });
  };
  if (has(Do::kInactive) || has(Do::kAway)) {
    hands_.EachConnection([&](const Peer& peer) {
      Event event{.on = On::kConnect,
                  .thing = peer.thing,
                  .client = peer.client,
                  .certificate = peer.certificate,
                  .stands = true};
      bool is_cut = Decide(event, plan.name).has_value();
      event.on = On::kSession;
      event.begins = true;
      is_cut |= Decide(event, plan.name).has_value();
      if (is_cut) hands_.Cut(peer.client);
    });
  }
  // Who is away and not named cannot be known.
  for (const faults::Rule& rule : plan.rules) {
    if (rule.act != Do::kLose || !rule.where.client) continue;
    const std::string& client = rule.where.client->text;
    if (!HasWildcards(client) && !hands_.IsConnected(client)) Ended({.client = client});
  }
}

FaultInjector::Reply FaultInjector::Stop(absl::string_view name) {
  std::vector<std::string> names = plans_.Names();
  if (!name.empty()) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      return {proto::CommandResult::kNoSuchPlan,
              absl::StrCat("no plan called ", name, " is in force")};
    }
    names = {std::string(name)};
  }
  for (const std::string& each : names) {
    plans_.Stop(each);
    End(each, "it was stopped");
  }
  return {proto::CommandResult::kDone, ""};
}

void FaultInjector::End(const std::string& plan, absl::string_view why) {
  status_.fault_plans = plans_.size();
  const auto held = held_.TakeOf(plan);
  hands_.Log(
      absl::StrCat("fault plan ", plan, " ends: ", why, "; it held ", held.size(), " messages"));
  Tell({.kind = proto::Notice::Kind::kPlanEnded, .text = plan});
  LetGo(held);
  if (plans_.empty()) {
    swapped_.clear();
    free_us_.clear();
  }
}

void FaultInjector::Tick(int64_t now_us) {
  if (plans_.empty() && held_.empty() && !pulses_) return;
  for (const std::string& plan : plans_.StopOverdue(now_us)) End(plan, "its time is over");
  LetGo(held_.TakeDue(now_us));
  if (pulses_ == held_.empty()) {
    pulses_ = !pulses_;
    Tell({.kind = pulses_ ? proto::Notice::Kind::kPulseOn : proto::Notice::Kind::kPulseOff});
  }
}

void FaultInjector::ServiceIsGone(int64_t now_us) {
  for (const std::string& plan : plans_.Names()) {
    plans_.Stop(plan);
    End(plan, "the service is gone");
  }
  LetGo(held_.TakeDue(now_us));
  told_.clear();
  pulses_ = false;
}

void FaultInjector::LetGo(const std::vector<HeldMessage>& messages) {
  for (const HeldMessage& message : messages) {
    switch (message.kind) {
      case HeldMessage::Kind::kAnswer:
        hands_.Publish(message.topic, message.payload);
        break;
      case HeldMessage::Kind::kDeliver:
        hands_.Deliver(message);
        break;
      case HeldMessage::Kind::kRequest:
        hands_.Take(message);
        break;
    }
  }
}

std::string FaultInjector::TakeNotices(uint64_t epoch) {
  if (told_.empty()) return "";
  std::vector<proto::Notice> notices;
  for (const Told& told : told_) {
    notices.push_back({.kind = told.kind,
                       .thing = told.thing,
                       .client = told.client,
                       .topic = told.topic,
                       .text = told.text});
  }
  std::string envelope = proto::EncodeNotices(epoch, notices);
  told_.clear();
  return envelope;
}

}  // namespace plugin
