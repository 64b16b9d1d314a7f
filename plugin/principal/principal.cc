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
      persistent_(persistent) {}

void Principal::Resolve(const policy::Registry& registry, uint64_t generation) {
  generation_ = generation;
  decisions_.Clear();
  certificate_ = facts_ ? registry.FindCertificate(facts_->id) : nullptr;
  standing_ = certificate_ == nullptr ? Standing::kUnknown : Standing::kActive;
  if (certificate_ != nullptr && !certificate_->active) {
    standing_ = Standing::kInactive;
    certificate_ = nullptr;
  }
  thing_ = certificate_ == nullptr ? nullptr : policy::AttachedThing(*certificate_, client_id_);
  const auto policies = Policies();
  timeless_ = std::none_of(policies.begin(), policies.end(), [](const policy::Document* policy) {
    return policy::SpeaksOfTime(*policy);
  });
}

absl::Span<const policy::Document* const> Principal::Policies() const {
  if (certificate_ == nullptr) return {};
  return certificate_->policies;
}

policy::Connection Principal::View() const {
  policy::Connection view;
  view.client_id = client_id_;
  view.source_ip = source_ip_;
  view.thing = thing_;
  view.certificate = facts_ ? &*facts_ : nullptr;
  view.secure = facts_.has_value();
  view.persistent = persistent_;
  return view;
}

bool Principal::May(policy::Action action, absl::string_view name, int64_t now) {
  if (certificate_ == nullptr) return false;
  if (!timeless_) return policy::Decide(Policies(), {action, name, now}, View()).allowed;
  if (const auto known = decisions_.Find(action, name)) return *known;
  const bool allowed = policy::Decide(Policies(), {action, name, now}, View()).allowed;
  decisions_.Put(action, name, allowed);
  return allowed;
}

bool Principal::MayLeaveWill(absl::string_view topic, int64_t now) const {
  policy::Connection view = View();
  view.has_will = true;
  view.will_topic = topic;
  return policy::Decide(Policies(), {policy::Action::kConnect, client_id_, now}, view).allowed;
}

std::string Principal::Explain(policy::Action action, absl::string_view name, int64_t now) const {
  const policy::Decision decision = policy::Decide(Policies(), {action, name, now}, View());
  return policy::DecisionText(decision, Policies());
}

absl::string_view Principal::certificate_id() const {
  return facts_ ? absl::string_view(facts_->id) : absl::string_view();
}

absl::string_view Principal::only_thing() const {
  if (certificate_ == nullptr || certificate_->things.size() != 1) return "";
  return certificate_->things[0]->name;
}

}  // namespace plugin
