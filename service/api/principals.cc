#include "service/api/principals.h"

#include <utility>

#include "rest/digest.h"
#include "rest/signed_url.h"
#include "service/account/key_projection.h"

namespace service {
namespace {

// The names that clients sign for (J1).
constexpr absl::string_view kServices[] = {"iotdata", "iotdevicegateway"};

// Whether the token comes that the key wants, if it wants one; others do not matter here.
bool HasToken(const HttpExchange& exchange, const policy::Credential& key) {
  if (key.session_token.empty()) return true;
  const auto header = exchange.request.Find("x-amz-security-token");
  const auto token = header ? header : rest::SessionToken(exchange.target);
  return rest::SameText(token.value_or(""), key.session_token);
}

// What the registry says of a key and of the identity it stands for.
void Fill(const policy::Registry& registry, const policy::Credential& key,
          Principals::Known& known) {
  known.policies = policy::PoliciesOf(registry, key.policies, nullptr);
  known.identity_id = key.identity.id;
  if (key.identity.id.empty() || !key.identity.authenticated) return;
  const policy::Identity* const identity = registry.FindIdentity(key.identity.id);
  known.identity_policies.emplace();
  if (identity != nullptr) {
    known.identity_policies = policy::PoliciesOf(registry, identity->policies, nullptr);
  }
}

}  // namespace

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
  const auto loaded = std::shared_ptr<const policy::Credentials>(*std::move(credentials));
  {
    const absl::MutexLock lock(&mutex_);
    credentials_ = loaded;
  }
  const size_t certificates = registry_.Read(
      [](const policy::Registry& registry) { return registry.certificates().size(); });
  log_.Info("principals_loaded", {{"certificates", certificates}, {"keys", loaded->size()}});
  if (absl::Status writable = registry_.CheckWritable(); !writable.ok()) {
    log_.Warning("registry_read_only",
                 {{"registry", registry_.folder()}, {"cause", writable.message()}});
  }
  if (!credentials_folder_.empty()) TellOfKeys(*loaded);
  return absl::OkStatus();
}

// The plugin judges those who come over WebSocket by what the registry says of their keys.
void Principals::TellOfKeys(const policy::Credentials& credentials) {
  const auto changes = registry_.Read(
      [&](const policy::Registry& registry) { return ProjectKeys(registry, credentials); });
  if (changes.empty() || registry_.folder().empty()) return;
  if (const absl::Status changed = registry_.Change(changes); !changed.ok()) {
    return log_.Warning(
        "keys_not_told",
        {{"registry", registry_.folder()}, {"keys", changes.size()}, {"cause", changed.message()}});
  }
  clerk_.Announce(changes);
  log_.Info("keys_told", {{"registry", registry_.folder()}, {"keys", changes.size()}});
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
    if (claim.key == nullptr || !claim.key->active || !HasToken(exchange, *claim.key)) {
      return rest::UnknownKey();
    }
    known.access_key_id = claim.key->id;
    registry_.Read([&](const policy::Registry& registry) { Fill(registry, *claim.key, known); });
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

std::variant<std::string, rest::Error> Principals::IdentifySigner(const HttpExchange& exchange,
                                                                  int64_t now) const {
  auto read = rest::ReadSignedUrl(exchange.request, exchange.target);
  if (auto* error = std::get_if<rest::Error>(&read)) return std::move(*error);
  const auto& signature = std::get<rest::Signature>(read);
  const auto credentials = [this] {
    const absl::MutexLock lock(&mutex_);
    return credentials_;
  }();
  const policy::Credential* const key = credentials->Find(signature.access_key_id);
  if (key == nullptr || !key->active) return rest::UnknownKey();
  if (!rest::SameText(rest::SessionToken(exchange.target).value_or(""), key->session_token)) {
    return rest::UnknownKey();
  }
  if (auto error = rest::CheckSignedUrl(exchange.request, exchange.target, signature, key->secret,
                                        kServices, now)) {
    return *std::move(error);
  }
  return key->id;
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
