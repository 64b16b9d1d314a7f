#include "plugin/principal/principal.h"

#include <algorithm>
#include <utility>

#include "policy/address.h"
#include "policy/explain.h"

namespace plugin {
namespace {

std::string SourceIp(absl::string_view address) {
  return policy::ParseAddress(address) ? std::string(address) : std::string();
}

}  // namespace

Principal::Principal(absl::string_view client_id, Origin origin, bool persistent)
    : client_id_(client_id),
      source_ip_(SourceIp(origin.address)),
      facts_(std::move(origin.certificate)),
      tunnel_(std::move(origin.tunnel)),
      persistent_(persistent) {}

void Principal::Resolve(const policy::Registry& registry, uint64_t generation) {
  generation_ = generation;
  decisions_.Clear();
  policies_.clear();
  asked_.clear();
  only_thing_.clear();
  thing_ = nullptr;
  standing_ = Standing::kUnknown;
  tunnel_ ? ResolveKey(registry) : ResolveCertificate(registry);
  asked_ = policy::Borrow(policies_);
  timeless_ = std::none_of(asked_.begin(), asked_.end(), [](const policy::Document* policy) {
    return policy::SpeaksOfTime(*policy);
  });
}

void Principal::ResolveCertificate(const policy::Registry& registry) {
  const policy::Certificate* const certificate =
      facts_ ? registry.FindCertificate(facts_->id) : nullptr;
  if (certificate == nullptr) return;
  standing_ = certificate->active() ? Standing::kActive : Standing::kInactive;
  if (standing_ != Standing::kActive) return;
  thing_ = policy::AttachedThing(registry, *certificate, client_id_);
  policies_ = policy::PoliciesOf(registry, *certificate, thing_.get());
  if (certificate->things.size() == 1) only_thing_ = certificate->things[0].name;
}

// A key is attached to no thing (W17).
void Principal::ResolveKey(const policy::Registry& registry) {
  const policy::AccessKey* const key = registry.FindKey(tunnel_->access_key_id);
  if (key == nullptr) return;
  standing_ = key->active ? Standing::kActive : Standing::kInactive;
  if (standing_ == Standing::kActive) policies_ = policy::PoliciesOf(registry, key->policies);
}

policy::Connection Principal::View() const {
  policy::Connection view;
  view.client_id = client_id_;
  view.source_ip = source_ip_;
  view.thing = thing_.get();
  view.certificate = facts_ ? &*facts_ : nullptr;
  view.secure = tunnel_ ? tunnel_->secure : facts_.has_value();
  if (tunnel_) view.domain_name = tunnel_->server_name;
  view.persistent = persistent_;
  return view;
}

bool Principal::May(policy::Action action, absl::string_view name, int64_t now) {
  if (standing_ != Standing::kActive) return false;
  if (!timeless_) return policy::Decide(asked_, {action, name, now}, View()).allowed;
  if (const auto known = decisions_.Find(action, name)) return *known;
  const bool allowed = policy::Decide(asked_, {action, name, now}, View()).allowed;
  decisions_.Put(action, name, allowed);
  return allowed;
}

bool Principal::MayLeaveWill(absl::string_view topic, int64_t now) const {
  policy::Connection view = View();
  view.has_will = true;
  view.will_topic = topic;
  return policy::Decide(asked_, {policy::Action::kConnect, client_id_, now}, view).allowed;
}

std::string Principal::Explain(policy::Action action, absl::string_view name, int64_t now) const {
  const policy::Decision decision = policy::Decide(asked_, {action, name, now}, View());
  return policy::DecisionText(decision, asked_);
}

absl::string_view Principal::id() const {
  return facts_ ? facts_->id : tunnel_ ? tunnel_->access_key_id : absl::string_view();
}

}  // namespace plugin
