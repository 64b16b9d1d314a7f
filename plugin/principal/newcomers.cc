#include "plugin/principal/newcomers.h"

#include <algorithm>
#include <utility>

#include "identity/certificate.h"
#include "proto/newcomers.h"

namespace plugin {
namespace {

constexpr int64_t kSecondUs = 1'000'000;

bool MayBeRegistered(const policy::Registry& registry, absl::string_view id) {
  const policy::Certificate* const known = registry.FindCertificate(id);
  if (known == nullptr) {
    return std::any_of(registry.cas().begin(), registry.cas().end(),
                       [](const auto& ca) { return ca.second->registers_by_itself(); });
  }
  if (known->status != policy::CertificateStatus::kPendingActivation) return false;
  const policy::CaCertificate* const ca = registry.FindCa(known->ca_id);
  return ca != nullptr && ca->registers_by_itself();
}

}  // namespace

absl::string_view Newcomers::Note(const policy::Registry& registry, absl::string_view client_id,
                                  const Origin& origin, int64_t now_us) {
  if (!origin.certificate || origin.x509 == nullptr || origin.websocket || origin.tunnel) return "";
  const std::string& id = origin.certificate->id;
  if (!MayBeRegistered(registry, id)) return "";
  if (!MayBeTold(id, now_us)) return "; too many such come for shadowd to be told of each";
  std::string der = identity::DerOf(*origin.x509);
  if (der.empty() || der.size() > proto::kNewcomerBytesMax) {
    return "; it is too large to be registered when it comes";
  }
  held_.push_back({std::string(client_id), std::move(der)});
  return "; shadowd is told, and registers it if such an authority has signed it";
}

bool Newcomers::MayBeTold(absl::string_view id, int64_t now_us) {
  if (now_us - second_began_us_ >= kSecondUs) {
    second_began_us_ = now_us;
    told_ = 0;
    of_whom_.clear();
  }
  if (told_ >= kPerSecondMax) return false;
  size_t& of_it = of_whom_[id];
  if (of_it >= kOfOneMax) return false;
  ++of_it;
  ++told_;
  return true;
}

std::string Newcomers::TakeEnvelope(uint64_t epoch) {
  if (held_.empty()) return "";
  std::vector<proto::Newcomer> newcomers;
  newcomers.reserve(held_.size());
  for (const Held& one : held_) newcomers.push_back({one.client_id, one.certificate});
  std::string envelope = proto::EncodeNewcomers(epoch, newcomers);
  held_.clear();
  return envelope;
}

}  // namespace plugin
