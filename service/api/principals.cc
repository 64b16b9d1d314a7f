#include "service/api/principals.h"

#include <utility>

namespace service {
absl::Status Principals::Load() {
  const absl::MutexLock one_at_a_time(&loading_);
  if (absl::Status loaded = registry_.Load(); !loaded.ok()) {
    log_.Error("registry_refused", {{"registry", registry_.folder()}, {"cause", loaded.message()}});
    return loaded;
  }
  auto credentials = registry_.Read([this](const policy::Registry& registry) {
    return credentials_folder_.empty() ? std::make_shared<const policy::Credentials>()
                                       : policy::LoadCredentials(credentials_folder_, registry);
  });
  if (!credentials.ok()) {
    log_.Error("credentials_refused", {{"credentials_dir", credentials_folder_},
                                       {"cause", credentials.status().message()}});
    return credentials.status();
  }
  const size_t certificates = registry_.Read(
      [](const policy::Registry& registry) { return registry.certificates().size(); });
  log_.Info("principals_loaded",
            {{"certificates", certificates}, {"keys", (*credentials)->size()}});
  const absl::MutexLock lock(&mutex_);
  credentials_ = *std::move(credentials);
  return absl::OkStatus();
}

std::variant<Principals::Claim, rest::Error> Principals::ReadClaim(
    const HttpExchange& exchange) const {
  Claim claim;
  Known& known = claim.known;
  {
    const absl::MutexLock lock(&mutex_);
    known.credentials = credentials_;
  }
  if (rest::IsSigned(exchange.request, exchange.target)) {
    auto read = rest::ReadSignature(exchange.request, exchange.target);
    if (auto* error = std::get_if<rest::Error>(&read)) return std::move(*error);
    claim.signature = std::get<rest::Signature>(std::move(read));
    claim.key = known.credentials->Find(claim.signature->access_key_id);
    if (claim.key == nullptr || !claim.key->active) {
      return rest::UnknownKey();
    }
    known.access_key_id = claim.key->id;
    known.policies = registry_.Read([&claim](const policy::Registry& registry) {
      return policy::PoliciesOf(registry, claim.key->policies);
    });
    return claim;
  }
  if (exchange.peer.certificate == nullptr) return rest::MissingToken();
  const bool active = registry_.Read([&](const policy::Registry& registry) {
    const auto* const certificate = registry.FindCertificate(exchange.peer.certificate->id);
    if (certificate == nullptr || !certificate->active()) return false;
    known.policies = policy::PoliciesOf(registry, *certificate, nullptr);
    return true;
  });
  if (!active) return rest::Forbidden();
  return claim;
}

std::variant<Principals::Known, rest::Error> Principals::Identify(
    const HttpExchange& exchange, int64_t now, absl::Span<const absl::string_view> services) const {
  auto read = ReadClaim(exchange);
  if (auto* error = std::get_if<rest::Error>(&read)) return std::move(*error);
  auto& claim = std::get<Claim>(read);
  if (claim.signature) {
    if (auto error = rest::CheckSignature(exchange.request, exchange.target, *claim.signature,
                                          claim.key->secret, services, now)) {
      return *std::move(error);
    }
  }
  return std::move(claim.known);
}

std::optional<rest::Error> Principals::JudgeHead(
    const HttpExchange& head, int64_t now, absl::Span<const absl::string_view> services) const {
  const auto read = ReadClaim(head);
  if (const auto* error = std::get_if<rest::Error>(&read)) return *error;
  const auto& claim = std::get<Claim>(read);
  if (!claim.signature) return std::nullopt;
  return rest::CheckSignedHead(head.request, head.target, *claim.signature, services, now);
}

}  // namespace service
