#include "plugin/principal/principal.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "policy/address.h"
#include "policy/explain.h"

namespace plugin {
namespace {

std::string SourceIp(absl::string_view address) {
  return policy::ParseAddress(address) ? std::string(address) : std::string();
}

bool AreTimeless(const std::vector<const policy::Document*>& policies) {
  return std::none_of(policies.begin(), policies.end(),
                      [](const policy::Document* policy) { return policy::SpeaksOfTime(*policy); });
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
  identity_id_.clear();
  identity_policies_.reset();
  only_thing_.clear();
  thing_ = nullptr;
  standing_ = Standing::kUnknown;
  tunnel_ ? ResolveKey(registry) : ResolveCertificate(registry);
  asked_ = policy::Borrow(policies_);
  identity_asked_.clear();
  if (identity_policies_) identity_asked_ = policy::Borrow(*identity_policies_);
  timeless_ = AreTimeless(asked_) && AreTimeless(identity_asked_);
}

void Principal::ResolveCertificate(const policy::Registry& registry) {
  const policy::Certificate* const certificate =
      facts_ ? registry.FindCertificate(facts_->id) : nullptr;
  if (certificate == nullptr) return;
  standing_ = certificate->active() ? Standing::kActive : Standing::kInactive;
  if (standing_ != Standing::kActive) return;
  thing_ = policy::AttachedThing(registry, certificate->things, client_id_);
  policies_ = policy::PoliciesOf(registry, *certificate, thing_.get());
  if (certificate->things.size() == 1) only_thing_ = certificate->things[0].name;
}

// A key is attached to no thing (W17), but its identity may be.
void Principal::ResolveKey(const policy::Registry& registry) {
  const policy::AccessKey* const key = registry.FindKey(tunnel_->access_key_id);
  if (key == nullptr) return;
  standing_ = key->active ? Standing::kActive : Standing::kInactive;
  if (standing_ != Standing::kActive) return;
  policies_ = policy::PoliciesOf(registry, key->policies, nullptr);
  identity_id_ = key->identity.id;
  if (identity_id_.empty() || !key->identity.authenticated) return;
  identity_policies_.emplace();
  const policy::Identity* const identity = registry.FindIdentity(identity_id_);
  if (identity == nullptr) return;
  thing_ = policy::AttachedThing(registry, identity->things, client_id_);
  identity_policies_ = policy::PoliciesOf(registry, identity->policies, thing_.get());
  if (identity->things.size() == 1) only_thing_ = identity->things[0].name;
}

policy::Held Principal::HeldTo() const {
  policy::Held held{.own = asked_};
  if (identity_policies_) held.identity = identity_asked_;
  return held;
}

policy::Connection Principal::View() const {
  policy::Connection view;
  view.client_id = client_id_;
  view.source_ip = source_ip_;
  view.identity_id = identity_id_;
  view.thing = thing_.get();
  view.certificate = facts_ ? &*facts_ : nullptr;
  view.secure = tunnel_ ? tunnel_->secure : facts_.has_value();
  if (tunnel_) view.domain_name = tunnel_->server_name;
  view.persistent = persistent_;
  return view;
}

bool Principal::May(policy::Action action, absl::string_view name, int64_t now) {
  if (standing_ != Standing::kActive) return false;
  if (!timeless_) return policy::Decide(HeldTo(), {action, name, now}, View()).allowed;
  if (const auto known = decisions_.Find(action, name)) return *known;
  const bool allowed = policy::Decide(HeldTo(), {action, name, now}, View()).allowed;
  decisions_.Put(action, name, allowed);
  return allowed;
}

bool Principal::MayLeaveWill(absl::string_view topic, int64_t now) const {
  policy::Connection view = View();
  view.has_will = true;
  view.will_topic = topic;
  return policy::Decide(HeldTo(), {policy::Action::kConnect, client_id_, now}, view).allowed;
}

std::string Principal::Explain(policy::Action action, absl::string_view name, int64_t now) const {
  const policy::Request request{action, name, now};
  const policy::Decision own = policy::Decide(asked_, request, View());
  if (!own.allowed || !identity_policies_) return policy::DecisionText(own, asked_);
  const policy::Decision decision = policy::Decide(identity_asked_, request, View());
  return absl::StrCat("identity ", identity_id_, ": ",
                      policy::DecisionText(decision, identity_asked_));
}

absl::string_view Principal::id() const {
  return facts_ ? facts_->id : tunnel_ ? tunnel_->access_key_id : absl::string_view();
}

}  // namespace plugin
