#include "service/account/clerk.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "control/events.h"
#include "control/provisioning/expiry.h"
#include "identity/signing_request.h"
#include "policy/registry_files.h"
#include "service/account/chance.h"

namespace service {
namespace {

using policy::RegistryPart;
using Connectivity = control::Surroundings::Connectivity;

constexpr absl::string_view kEnding = "shadowd is ending";
constexpr int kTriesMax = 3;  // of an operation whose entries are changed by hand meanwhile

// Whether the plugin goes by entries of that part.
bool IsForPlugin(RegistryPart part) {
  switch (part) {
    case RegistryPart::kThings:
    case RegistryPart::kThingGroups:
    case RegistryPart::kPolicies:
    case RegistryPart::kCertificates:
    case RegistryPart::kCaCertificates:
    case RegistryPart::kKeys:
    case RegistryPart::kIdentities:
      return true;
    default:
      return false;
  }
}

bool IsForPlugin(absl::Span<const policy::EntryChange> changes) {
  return std::any_of(changes.begin(), changes.end(),
                     [](const policy::EntryChange& one) { return IsForPlugin(one.part); });
}

// The command that has the plugin go by the changes, which outlive it.
proto::RegistryCommand CommandFor(absl::Span<const policy::EntryChange> changes) {
  proto::RegistryCommand command;
  for (const policy::EntryChange& change : changes) {
    if (!IsForPlugin(change.part)) continue;
    command.changes.push_back({.part = policy::PartNumber(change.part), .name = change.name});
    if (change.text) command.changes.back().text = *change.text;
  }
  if (proto::RegistryFault(command).empty()) return command;
  return {.changes = {}, .reload = true};
}

rest::Answer Accepted(std::string body) {
  return {
      .status = 200, .body = body.empty() ? "{}" : std::move(body), .error_type = {}, .allow = {}};
}

rest::Answer Unavailable(absl::string_view why) {
  return control::WordRefusal(control::ServiceUnavailable(why));
}

// Not 500 where it will be the same however often somebody tries again.
control::Refusal NotKept(const absl::Status& cause) {
  if (absl::IsPermissionDenied(cause)) {
    return control::InvalidRequest(
        "Nothing can be changed here: shadowd may not write to its registry; its log says what "
        "would be right");
  }
  if (absl::IsOutOfRange(cause)) {
    return control::InvalidRequest(absl::StrCat("This cannot be kept: ", cause.message()));
  }
  return control::InternalFailure("The registry could not be written");
}

control::Made From(const identity::KeyPair& pair) {
  return {.certificate = pair.certificate,
          .id = pair.id,
          .public_key = pair.public_key,
          .private_key = pair.key};
}

}  // namespace

Clerk::Clerk(Settings settings, RegistryInForce& registry, Commands& commands,
             const Whereabouts& whereabouts, const Health& health, Log& log)
    : settings_(std::move(settings)),
      registry_(registry),
      commands_(commands),
      whereabouts_(whereabouts),
      health_(health),
      log_(log),
      behind_(!registry.folder().empty()),
      trust_(settings_.trust, log),
      thread_([this] { Run(); }) {}

Clerk::~Clerk() {
  std::deque<Request> left;
  {
    const absl::MutexLock lock(&mutex_);
    ending_ = true;
    left.swap(requests_);
  }
  for (const Request& request : left) request.refuse(kEnding);
  thread_.join();
}

void Clerk::Put(Perform perform, const Answered& answered) {
  Queue({.serve = [this, perform = std::move(perform), answered] { Serve(perform, answered); },
         .refuse = [answered](absl::string_view why) { answered(Unavailable(why)); }});
}

void Clerk::TakeUp(std::vector<RegistryInForce::EntryName> entries, const TakenUp& taken_up) {
  Queue(
      {.serve = [this, entries = std::move(entries), taken_up] { ServeTakeUp(entries, taken_up); },
       .refuse = [taken_up](absl::string_view why) { taken_up(absl::UnavailableError(why)); }});
}

void Clerk::Queue(Request request) {
  {
    const absl::MutexLock lock(&mutex_);
    if (!ending_) {
      requests_.push_back(std::move(request));
      return;
    }
  }
  request.refuse(kEnding);
}

void Clerk::Run() {
  const auto has_work = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return ending_ || (!requests_.empty() && !catching_up_);
  };
  absl::Time swept = absl::InfinitePast();
  for (;;) {
    Request request;
    {
      const absl::MutexLock lock(&mutex_);
      mutex_.AwaitWithTimeout(absl::Condition(&has_work), kSweepEvery);
      if (ending_ && requests_.empty()) return;
      if (has_work()) {
        request = std::move(requests_.front());
        requests_.pop_front();
      }
    }
    if (request.serve) request.serve();
    if (absl::Now() - swept < kSweepEvery) continue;
    swept = absl::Now();
    Sweep();
  }
}

void Clerk::Sweep() {
  const int64_t bench_ms = settings_.now_ms() + settings_.bench_ahead_ms();
  const bool is_due = registry_.ReadAccount(
      [&](const control::Account& account) { return control::IsAnyDue(account, bench_ms); });
  if (!is_due || !health_.link_up() || !settings_.fixed_because.empty()) return;
  Serve(control::DeleteDue, [this](const rest::Answer& answer) {
    if (answer.status == 200) return log_.Info("certificates_expired", {});
    log_.Warning("certificates_not_expired", {{"cause", answer.body}});
  });
}

control::Surroundings Clerk::Here() const {
  control::Surroundings here = settings_.here;
  here.now_ms = settings_.now_ms();
  here.bench_ahead_ms = settings_.bench_ahead_ms();
  here.new_uuid = NewUuid;
  here.new_code = NewCode;
  here.read_entry = [this](RegistryPart part, absl::string_view name) {
    return policy::ReadEntry(registry_.folder(), part, name).value_or(std::nullopt);
  };
  here.connectivity = [this](absl::string_view client_id) -> std::optional<Connectivity> {
    const auto known = whereabouts_.Of(client_id);
    if (!known) return std::nullopt;
    return Connectivity{.connected = known->connected,
                        .since_ms = known->since * 1000,
                        .disconnect_reason = known->reason,
                        .address = known->address};
  };
  if (!settings_.issuer) return here;
  const int64_t now = here.now_ms / 1000;
  here.make_certificate = [this, now]() -> absl::StatusOr<control::Made> {
    const auto pair = settings_.issuer->Issue(identity::KeyKind::kRsa2048, now);
    if (!pair.ok()) return pair.status();
    return From(*pair);
  };
  here.certify = [this, now](absl::string_view csr) -> absl::StatusOr<control::Made> {
    const auto request = identity::SigningRequest::Read(csr);
    if (!request.ok()) return request.status();
    const auto issued = settings_.issuer->IssueFor(*request, now);
    if (!issued.ok()) return issued.status();
    return control::Made{.certificate = issued->certificate, .id = issued->id};
  };
  return here;
}

void Clerk::Serve(const Perform& perform, const Answered& answered) {
  for (int tries = 1;; ++tries) {
    const control::Surroundings here = Here();
    auto outcome = registry_.ReadAccount(
        [&](const control::Account& account) { return perform(account, here); });
    if (const auto* refusal = std::get_if<control::Refusal>(&outcome)) {
      return answered(control::WordRefusal(*refusal));
    }
    auto& done = std::get<control::Done>(outcome);
    if (done.changes.empty()) {
      return Tell(done.events,
                  [body = std::move(done.body), answered] { answered(Accepted(body)); });
    }
    if (registry_.folder().empty()) {
      return answered(control::WordRefusal(control::InvalidRequest(
          "Nothing can be changed here: shadowd was started without --registry")));
    }
    if (!settings_.fixed_because.empty()) {
      return answered(control::WordRefusal(control::InvalidRequest(settings_.fixed_because)));
    }
    if (IsForPlugin(done.changes) && !health_.link_up()) {
      return answered(Unavailable(
          "The broker cannot be reached, where the change must be in force before it is answered"));
    }
    std::vector<control::Event> events;
    const absl::Status kept = Keep(done, here, events);
    if (kept.ok()) {
      trust_.SeeTo(done.changes);
      return Announce(std::move(done), std::move(events), answered);
    }
    if (absl::IsAborted(kept) && tries < kTriesMax) continue;
    log_.Error("registry_not_written",
               {{"registry", registry_.folder()}, {"cause", kept.message()}});
    return answered(control::WordRefusal(NotKept(kept)));
  }
}

absl::Status Clerk::Keep(const control::Done& done, const control::Surroundings& here,
                         std::vector<control::Event>& events) {
  events = registry_.ReadAccount([&](const control::Account& account) {
    return control::EventsOf(account, done.changes, here);
  });
  events.insert(events.end(), done.events.begin(), done.events.end());
  return registry_.Change(done.changes);
}

void Clerk::Announce(control::Done done, std::vector<control::Event> events, Answered answered) {
  const auto tell = [this](const std::vector<control::Event>& told, std::string body,
                           const Answered& answer) {
    Tell(told, [body = std::move(body), answer] { answer(Accepted(body)); });
  };
  if (!IsForPlugin(done.changes)) return tell(events, std::move(done.body), answered);
  const auto shared = std::make_shared<control::Done>(std::move(done));
  commands_.Put(CommandFor(shared->changes), [this, tell, shared, events = std::move(events),
                                              answered = std::move(answered)](
                                                 const proto::CommandReply* reply) {
    if (reply == nullptr) {
      behind_ = true;
      return answered(
          Unavailable("The change is kept, and will be in force when the broker is reached"));
    }
    if (reply->result != proto::CommandResult::kDone) {
      log_.Error("registry_change_refused", {{"cause", reply->text}});
      return answered(
          control::WordRefusal(control::InternalFailure("The broker did not take the change")));
    }
    tell(events, std::move(shared->body), answered);
  });
}

void Clerk::ServeTakeUp(absl::Span<const RegistryInForce::EntryName> entries,
                        const TakenUp& taken_up) {
  const control::Surroundings here = Here();
  std::vector<control::Event> events;
  auto taken = registry_.TakeUp(entries, [&](const control::Account& before, const auto& changes) {
    events = control::EventsOf(before, changes, here);
  });
  if (!taken.ok()) {
    log_.Error("registry_refused",
               {{"registry", registry_.folder()}, {"cause", taken.status().message()}});
    return taken_up(taken.status());
  }
  log_.Info("registry_taken_up", {{"registry", registry_.folder()}, {"entries", taken->size()}});
  const auto told = [taken_up] { taken_up(true); };
  if (!IsForPlugin(*taken)) return Tell(events, told);
  // All of them, whether they differ or not: what is in force here the broker need not know.
  commands_.Put(CommandFor(*taken), [this, events = std::move(events), told,
                                     taken_up](const proto::CommandReply* reply) {
    if (reply == nullptr) {
      behind_ = true;
      return taken_up(false);
    }
    if (reply->result == proto::CommandResult::kDone) return Tell(events, told);
    log_.Error("registry_change_refused", {{"cause", reply->text}});
    taken_up(absl::InternalError(absl::StrCat("the broker did not take it: ", reply->text)));
  });
}

void Clerk::Tell(const std::vector<control::Event>& events, std::function<void()> told) {
  if (events.empty()) return told();
  const Commands::Done ignore = [](const proto::CommandReply*) {};
  const Commands::Done answer = [told = std::move(told)](const proto::CommandReply*) { told(); };
  for (const control::Event& event : events) {
    commands_.Put(
        proto::PublishCommand{
            .topic = event.topic, .at_least_once = true, .payload = event.payload, .is_own = true},
        &event == &events.back() ? answer : ignore);
  }
}

void Clerk::Announce(absl::Span<const policy::EntryChange> changes) {
  commands_.Put(CommandFor(changes), [this](const proto::CommandReply* reply) {
    if (reply == nullptr) behind_ = true;
  });
}

// One of several plugins may have missed what the others were told.
void Clerk::LinksAre(Brokers up) {
  const Brokers were_up = std::exchange(were_up_, up);
  const Brokers come = up & ~were_up;
  if (come == 0) return;
  if (std::exchange(have_been_up_, have_been_up_ | up) == 0) {
    Put(
        [this](const control::Account& account, const control::Surroundings& here) {
          trust_.SeeToAll(account.registry(), here.read_entry);
          return control::Done{};
        },
        [](const rest::Answer&) {});
  }
  const bool is_one_of_several = (have_been_up_ & (have_been_up_ - 1)) != 0;
  const bool missed_something = behind_.exchange(false);
  if (missed_something || (is_one_of_several && !registry_.folder().empty())) Reread(come);
}

void Clerk::Reread(Brokers brokers) {
  CatchUp(true);
  commands_.Put(
      proto::RegistryCommand{.changes = {}, .reload = true},
      [this](const proto::CommandReply* reply) {
        if (reply == nullptr) behind_ = true;
        CatchUp(false);
      },
      brokers);
}

void Clerk::CatchUp(bool is_under_way) {
  const absl::MutexLock lock(&mutex_);
  catching_up_ = is_under_way;
}

}  // namespace service
