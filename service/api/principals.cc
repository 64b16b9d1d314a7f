#include "service/api/principals.h"

#include <utility>

#include "policy/registry_files.h"

namespace service {
namespace {

// The names that clients sign for (J1).
constexpr absl::string_view kServices[] = {"iotdata", "iotdevicegateway"};

absl::StatusOr<std::shared_ptr<const policy::Registry>> RegistryOf(const std::string& folder) {
  if (!folder.empty()) return policy::LoadRegistry(folder);
  return policy::RegistryBuilder().Finish();
}

absl::StatusOr<std::shared_ptr<const policy::Credentials>> CredentialsOf(
    const std::string& folder, std::shared_ptr<const policy::Registry> registry) {
  if (!folder.empty()) return policy::LoadCredentials(folder, std::move(registry));
  return std::make_shared<const policy::Credentials>();
}

}  // namespace

absl::Status Principals::Load() {
  const absl::MutexLock one_at_a_time(&loading_);
  auto registry = RegistryOf(registry_folder_);
  if (!registry.ok()) {
    log_.Error("registry_refused",
               {{"registry", registry_folder_}, {"cause", registry.status().message()}});
    return registry.status();
  }
  auto credentials = CredentialsOf(credentials_folder_, *registry);
  if (!credentials.ok()) {
    log_.Error("credentials_refused", {{"credentials_dir", credentials_folder_},
                                       {"cause", credentials.status().message()}});
    return credentials.status();
  }
  log_.Info("principals_loaded", {{"certificates", (*registry)->certificates().size()},
                                  {"keys", (*credentials)->size()}});
  const absl::MutexLock lock(&mutex_);
  registry_ = *std::move(registry);
  credentials_ = *std::move(credentials);
  return absl::OkStatus();
}

std::variant<Principals::Claim, rest::Error> Principals::ReadClaim(
    const HttpExchange& exchange) const {
  Claim claim;
  Known& known = claim.known;
  {
    const absl::MutexLock lock(&mutex_);
    known.registry = registry_;
    known.credentials = credentials_;
  }
  if (rest::IsSigned(exchange.request, exchange.target)) {
    auto read = rest::ReadSignature(exchange.request, exchange.target);
    if (auto* error = std::get_if<rest::Error>(&read)) return std::move(*error);
    claim.signature = std::get<rest::Signature>(std::move(read));
    claim.key = known.credentials->Find(claim.signature->access_key_id);
    if (claim.key == nullptr || !claim.key->active) {
      return rest::Forbidden("The security token included in the request is invalid.");
    }
    known.policies = claim.key->policies;
    return claim;
  }
  if (exchange.peer.certificate == nullptr) return rest::MissingToken();
  const policy::Certificate* const certificate =
      known.registry->FindCertificate(exchange.peer.certificate->id);
  if (certificate == nullptr || !certificate->active) return rest::Forbidden();
  known.policies = certificate->policies;
  return claim;
}

std::variant<Principals::Known, rest::Error> Principals::Identify(const HttpExchange& exchange,
                                                                  int64_t now) const {
  auto read = ReadClaim(exchange);
  if (auto* error = std::get_if<rest::Error>(&read)) return std::move(*error);
  auto& claim = std::get<Claim>(read);
  if (claim.signature) {
    if (auto error = rest::CheckSignature(exchange.request, exchange.target, *claim.signature,
                                          claim.key->secret, kServices, now)) {
      return *std::move(error);
    }
  }
  return std::move(claim.known);
}

std::optional<rest::Error> Principals::JudgeHead(const HttpExchange& head, int64_t now) const {
  const auto read = ReadClaim(head);
  if (const auto* error = std::get_if<rest::Error>(&read)) return *error;
  const auto& claim = std::get<Claim>(read);
  if (!claim.signature) return std::nullopt;
  return rest::CheckSignedHead(head.request, head.target, *claim.signature, kServices, now);
}

}  // namespace service
