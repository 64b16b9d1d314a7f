#include "cli/advise/hands.h"

#include <algorithm>
#include <ctime>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "advise/wildcards.h"
#include "cli/bench/clock_words.h"
#include "cli/json_text.h"
#include "cli/registry/edit.h"
#include "policy/connection.h"
#include "policy/reference.h"
#include "shadow/arena.h"
#include "shadow/json.h"

namespace cli {
namespace {

using advise::Action;

constexpr char kFaultsPath[] = "/_shadow/v1/faults";
constexpr char kClockPath[] = "/_shadow/v1/clock";
constexpr char kNothingDesired[] = R"({"state":{"desired":null}})";

}  // namespace

absl::Status Hands::Prepare(bool starts, advise::Subject& subject) {
  const std::string path = ShadowPath(subject.id());
  const auto cleared = client_.Post(path, kNothingDesired);
  if (!cleared.ok()) return cleared.status();
  const auto document = client_.Get(path);
  if (!document.ok()) return document.status();
  const std::string reports_state = absl::StrCat("{\"state\":{\"reported\":", subject.state, "}}");
  if (advise::Contains(*document, reports_state)) std::swap(subject.state, subject.other);
  return starts ? absl::OkStatus() : device_.StartIfEnded();
}

absl::Status Hands::Do(const Action& action, const advise::Subject& subject,
                       std::vector<std::string>& found) {
  const std::string path = ShadowPath(subject.id());
  switch (action.kind) {
    case Action::Kind::kStart:
      return device_.Start();
    case Action::Kind::kPower:
      return device_.CutPower();
    case Action::Kind::kUpdate:
      return client_.Post(path, action.text).status();
    case Action::Kind::kDelete:
      return client_.Delete(path).status();
    case Action::Kind::kReset:
      return client_
          .Post("/_shadow/v1/reset",
                JsonText::Object({{"things", JsonText::String(subject.thing)}}).text())
          .status();
    case Action::Kind::kPublish:
      return client_.Post(absl::StrCat("/topics/", Encoded(action.topic), "?qos=1"), action.text)
          .status();
    case Action::Kind::kFault:
      plans_.push_back(action.topic);
      return client_.Post(kFaultsPath, action.text).status();
    case Action::Kind::kClock:
      return MoveClock(action.text);
    case Action::Kind::kPolicies:
      return LookAtPolicies(subject.thing, found);
  }
  return absl::OkStatus();
}

absl::Status Hands::MoveClock(const std::string& change) {
  const auto body = ClockBody({change}, absl::Now(), absl::LocalTimeZone());
  if (!body.ok()) return body.status();
  is_clock_moved_ = true;
  return client_.Put(kClockPath, *body).status();
}

absl::Status Hands::LookAtPolicies(const std::string& thing,
                                   std::vector<std::string>& found) const {
  const auto registry = ReadRegistry();
  if (!registry.ok()) return registry.status();
  bool has_certificate = false;
  for (const auto& [id, certificate] : (*registry)->certificates()) {
    if (!policy::IsAmong(certificate->things, thing) || !certificate->active()) continue;
    has_certificate = true;
    policy::Connection connection;
    connection.client_id = client_id_;
    const auto attached = policy::AttachedThing(**registry, certificate->things, client_id_);
    connection.thing = attached.get();
    const auto held = policy::PoliciesOf(**registry, *certificate, attached.get());
    for (auto& allowed :
         advise::AllowedToAnybody(policy::Borrow(held), connection, std::time(nullptr))) {
      found.push_back(std::move(allowed));
    }
  }
  if (has_certificate) return absl::OkStatus();
  return absl::NotFoundError(
      absl::StrCat("no active certificate in the registry is attached to ", thing));
}

absl::Status Hands::CleanUp() {
  absl::Status status;
  for (const std::string& plan : plans_) {
    const auto stopped = client_.Delete(absl::StrCat(kFaultsPath, "/", plan));
    // One whose time is over is gone.
    if (!stopped.ok() && !absl::IsNotFound(stopped.status())) status.Update(stopped.status());
  }
  plans_.clear();
  if (std::exchange(is_clock_moved_, false)) status.Update(MoveClock("reset"));
  return status;
}

}  // namespace cli
