#include "service/account/clerk.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "control/events.h"
#include "identity/signing_request.h"
#include "policy/registry_files.h"
#include "service/account/chance.h"

namespace service {
namespace {

using policy::RegistryPart;
using Connectivity = control::Surroundings::Connectivity;

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
      thread_([this] { Run(); }) {}

Clerk::~Clerk() {
  std::deque<Request> left;
  {
    const absl::MutexLock lock(&mutex_);
    ending_ = true;
    left.swap(requests_);
  }
  for (const Request& request : left) request.answered(Unavailable("shadowd is ending"));
  thread_.join();
}

void Clerk::Put(Perform perform, Answered answered) {
  {
    const absl::MutexLock lock(&mutex_);
    if (!ending_) {
      requests_.push_back({std::move(perform), std::move(answered)});
      return;
    }
  }
  answered(Unavailable("shadowd is ending"));
}

void Clerk::Run() {
  const auto has_work = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return ending_ || (!requests_.empty() && !catching_up_);
  };
  for (;;) {
    Request request;
    {
      const absl::MutexLock lock(&mutex_, absl::Condition(&has_work));
      if (requests_.empty()) return;
      request = std::move(requests_.front());
      requests_.pop_front();
    }
    Serve(request);
  }
}

control::Surroundings Clerk::Here() const {
  control::Surroundings here = settings_.here;
  here.now_ms = settings_.now_ms();
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

void Clerk::Serve(const Request& request) {
  for (int tries = 1;; ++tries) {
    const control::Surroundings here = Here();
    auto outcome = registry_.ReadAccount(
        [&](const control::Account& account) { return request.perform(account, here); });
    if (const auto* refusal = std::get_if<control::Refusal>(&outcome)) {
      return request.answered(control::WordRefusal(*refusal));
    }
    auto& done = std::get<control::Done>(outcome);
    if (done.changes.empty()) return request.answered(Accepted(std::move(done.body)));
    if (registry_.folder().empty()) {
      return request.answered(control::WordRefusal(control::InvalidRequest(
          "Nothing can be changed here: shadowd was started without --registry")));
    }
    if (IsForPlugin(done.changes) && !health_.link_up()) {
      return request.answered(Unavailable(
          "The broker cannot be reached, where the change must be in force before it is answered"));
    }
    std::vector<control::Event> events;
    const absl::Status kept = Keep(done, here, events);
    if (kept.ok()) return Announce(std::move(done), std::move(events), request.answered);
    if (absl::IsAborted(kept) && tries < kTriesMax) continue;
    log_.Error("registry_not_written",
               {{"registry", registry_.folder()}, {"cause", kept.message()}});
    return request.answered(control::WordRefusal(NotKept(kept)));
  }
}

absl::Status Clerk::Keep(const control::Done& done, const control::Surroundings& here,
                         std::vector<control::Event>& events) {
  events = registry_.ReadAccount([&](const control::Account& account) {
    return control::EventsOf(account, done.changes, here);
  });
  return registry_.Change(done.changes);
}

void Clerk::Announce(control::Done done, std::vector<control::Event> events, Answered answered) {
  if (!IsForPlugin(done.changes)) {
    return Tell(events, std::move(done.body), std::move(answered));
  }
  const auto shared = std::make_shared<control::Done>(std::move(done));
  commands_.Put(CommandFor(shared->changes), [this, shared, events = std::move(events),
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
    Tell(events, std::move(shared->body), answered);
  });
}

void Clerk::Tell(const std::vector<control::Event>& events, std::string body, Answered answered) {
  if (events.empty()) return answered(Accepted(std::move(body)));
  const Commands::Done ignore = [](const proto::CommandReply*) {};
  const Commands::Done answer = [body = std::move(body), answered = std::move(answered)](
                                    const proto::CommandReply*) { answered(Accepted(body)); };
  for (const control::Event& event : events) {
    commands_.Put(proto::PublishCommand{.topic = event.topic,
                                        .at_least_once = true,
                                        .payload = event.payload,
                                        .is_event = true},
                  &event == &events.back() ? answer : ignore);
  }
}

void Clerk::Announce(absl::Span<const policy::EntryChange> changes) {
  commands_.Put(CommandFor(changes), [this](const proto::CommandReply* reply) {
    if (reply == nullptr) behind_ = true;
  });
}

void Clerk::LinkIs(bool up) {
  const bool was_up = std::exchange(was_up_, up);
  if (!up || was_up || !behind_.exchange(false)) return;
  CatchUp(true);
  commands_.Put(proto::RegistryCommand{.changes = {}, .reload = true},
                [this](const proto::CommandReply* reply) {
                  behind_ = reply == nullptr;
                  CatchUp(false);
                });
}

void Clerk::CatchUp(bool is_under_way) {
  const absl::MutexLock lock(&mutex_);
  catching_up_ = is_under_way;
}

}  // namespace service
