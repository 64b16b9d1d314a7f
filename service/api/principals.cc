#include "service/api/principals.h"

#include <utility>

#include "policy/registry_files.h"
#include "rest/signature.h"

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

std::variant<Principals::Known, rest::Error> Principals::Identify(const HttpExchange& exchange,
                                                                  const rest::Target& target,
                                                                  int64_t now) const {
  Known known;
  {
    const absl::MutexLock lock(&mutex_);
    known.registry = registry_;
    known.credentials = credentials_;
  }
  if (rest::IsSigned(exchange.request, target)) {
    auto read = rest::ReadSignature(exchange.request, target);
    if (auto* error = std::get_if<rest::Error>(&read)) return std::move(*error);
    const auto& signature = std::get<rest::Signature>(read);
    const policy::Credential* const key = known.credentials->Find(signature.access_key_id);
    if (key == nullptr || !key->active) {
      return rest::Forbidden("The security token included in the request is invalid.");
    }
    if (auto error = rest::CheckSignature(exchange.request, target, signature, key->secret,
                                          kServices, now)) {
      return *std::move(error);
    }
    known.policies = key->policies;
    return known;
  }
  if (exchange.peer.certificate == nullptr) return rest::MissingToken();
  const policy::Certificate* const certificate =
      known.registry->FindCertificate(exchange.peer.certificate->id);
  if (certificate == nullptr || !certificate->active) return rest::Forbidden();
  known.policies = certificate->policies;
  return known;
}

}  // namespace service
