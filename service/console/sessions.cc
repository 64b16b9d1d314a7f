#include "service/console/sessions.h"

#include <algorithm>
#include <vector>

#include "identity/password.h"
#include "policy/evaluate.h"
#include "rest/digest.h"

namespace service {
namespace {

constexpr size_t kSecretBytes = 32;

constexpr policy::ActionSet kOfViewers = policy::Bit(policy::Action::kSubscribe) |
                                         policy::Bit(policy::Action::kReceive) |
                                         policy::Bit(policy::Action::kGetThingShadow) |
                                         policy::Bit(policy::Action::kListNamedShadowsForThing) |
                                         policy::Bit(policy::Action::kGetRetainedMessage) |
                                         policy::Bit(policy::Action::kListRetainedMessages);

}  // namespace

ConsoleSessions::Begun ConsoleSessions::Begin(identity::ConsoleUser user) {
  const int64_t now = now_();
  auto session = std::make_shared<ConsoleSession>();
  session->user = std::move(user);
  session->csrf = identity::RandomHex(kSecretBytes);
  session->expires = now + kSecondsMax;
  std::string cookie = identity::RandomHex(kSecretBytes);
  const absl::MutexLock lock(&mutex_);
  DropOver(now);
  if (standing_.size() >= kMost) {
    const auto oldest = std::min_element(
        standing_.begin(), standing_.end(),
        [](const auto& a, const auto& b) { return a.second.used < b.second.used; });
    cookies_.erase(oldest->second.session->number);
    standing_.erase(oldest);
  }
  session->number = ++last_number_;
  cookies_[session->number] = cookie;
  standing_[cookie] = {.session = session, .used = now};
  return {.cookie = std::move(cookie), .session = std::move(session)};
}

bool ConsoleSessions::IsStanding(const Standing& standing, int64_t now) const {
  const ConsoleSession& session = *standing.session;
  return now < session.expires && now < standing.used + kIdleSecondsMax &&
         (session.is_of_token() || users_.Has(session.user));
}

void ConsoleSessions::DropOver(int64_t now) {
  absl::erase_if(standing_, [&](const auto& one) {
    if (IsStanding(one.second, now)) return false;
    cookies_.erase(one.second.session->number);
    return true;
  });
}

ConsoleSessions::Found ConsoleSessions::Find(absl::string_view cookie, absl::string_view csrf) {
  const int64_t now = now_();
  const absl::MutexLock lock(&mutex_);
  const auto found = standing_.find(cookie);
  if (found == standing_.end() || !IsStanding(found->second, now)) return {};
  if (!rest::SameText(csrf, found->second.session->csrf)) return {.fault = Fault::kCsrf};
  found->second.used = now;
  return {.fault = Fault::kNone, .session = found->second.session};
}

void ConsoleSessions::Use(const ConsoleSession& session) {
  const absl::MutexLock lock(&mutex_);
  const auto cookie = cookies_.find(session.number);
  if (cookie != cookies_.end()) standing_[cookie->second].used = now_();
}

bool ConsoleSessions::IsOver(const ConsoleSession& session) const {
  const absl::MutexLock lock(&mutex_);
  const auto cookie = cookies_.find(session.number);
  return cookie == cookies_.end() || !IsStanding(standing_.at(cookie->second), now_());
}

void ConsoleSessions::End(const ConsoleSession& session) {
  const absl::MutexLock lock(&mutex_);
  const auto cookie = cookies_.find(session.number);
  if (cookie == cookies_.end()) return;
  standing_.erase(cookie->second);
  cookies_.erase(cookie);
}

bool ConsoleSessions::May(const ConsoleSession& session, policy::Action action,
                          absl::string_view name) const {
  if (!session.is_admin() && (kOfViewers & policy::Bit(action)) == 0) return false;
  if (session.user.policies.empty()) return true;
  const std::string client_id = session.client_id();
  policy::Connection connection;
  connection.client_id = client_id;
  const policy::Request request = {.action = action, .name = name, .now = now_()};
  return registry_.Read([&](const policy::Registry& registry) {
    std::vector<const policy::Document*> policies;
    for (const std::string& named : session.user.policies) {
      if (const auto* const document = registry.FindPolicy(named)) policies.push_back(document);
    }
    return policy::Decide(policies, request, connection).allowed;
  });
}

size_t ConsoleSessions::size() const {
  const absl::MutexLock lock(&mutex_);
  return standing_.size();
}

}  // namespace service
