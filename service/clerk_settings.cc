#include "service/clerk_settings.h"

#include <chrono>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "identity/authority.h"
#include "identity/certificate.h"
#include "service/account/chance.h"

namespace service {
namespace {

constexpr absl::string_view kUsualEndpoint = "localhost";
constexpr absl::string_view kRegistryIsNotShared =
    "Nothing of the account can be changed here: other machines have a registry of their own. "
    "Change the folder on each and run shadowctl reload, or let all have the same folder and set "
    "--registry_is_shared";

int64_t NowMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string TextOf(const std::string& path) {
  const std::ifstream file(path, std::ios::binary);
  return (std::stringstream() << file.rdbuf()).str();
}

// EP4: what clients must call the server, so that its certificate fits.
std::string ServerName(const std::string& certificate_file) {
  const auto certificate = identity::ParseCertificate(TextOf(certificate_file));
  if (!certificate.ok()) return std::string(kUsualEndpoint);
  auto facts = identity::FactsOf(**certificate);
  const auto& names = facts.SubjectAlternative(policy::AlternativeName::kDnsName);
  return names.empty() ? std::string(kUsualEndpoint) : names.front();
}

absl::Status BadAuthority(const Config& config, const absl::Status& cause) {
  return absl::InvalidArgumentError(
      absl::StrCat("--ca_dir: '", config.ca_dir, "': ", cause.message()));
}

}  // namespace

absl::StatusOr<Clerk::Settings> ClerkSettingsOf(const Config& config) {
  Clerk::Settings settings;
  control::Surroundings& here = settings.here;
  here.region = config.aws_region;
  here.account_id = config.aws_account;
  here.endpoint = config.endpoint_address.empty() ? ServerName(config.http.certificate_file)
                                                  : config.endpoint_address;
  here.endpoint_jobs = config.endpoint_address_jobs;
  here.endpoint_credentials = config.endpoint_address_credentials;
  here.new_uuid = NewUuid;
  here.new_code = NewCode;
  here.deprecation_wait_ms = config.thing_type_wait_seconds * 1000;
  using Hooks = control::Surroundings::Hooks;
  if (config.provisioning_hook_ignored) here.hooks = Hooks::kIgnored;
  if (!config.provisioning_hook_command.empty()) here.hooks = Hooks::kAsked;
  settings.now_ms = NowMs;
  settings.trust.capath = config.broker_capath;
  settings.trust.registry = config.registry;
  if (!config.store_url.empty() && !config.registry_is_shared) {
    settings.fixed_because = std::string(kRegistryIsNotShared);
  }
  if (config.ca_dir.empty()) return settings;
  const auto authority = identity::Authority::Open(config.ca_dir);
  if (!authority.ok()) return BadAuthority(config, authority.status());
  auto issuer = authority->ReadIssuer();
  if (!issuer.ok()) return BadAuthority(config, issuer.status());
  settings.issuer = *std::move(issuer);
  settings.trust.authority = TextOf(authority->certificate_path());
  return settings;
}

}  // namespace service
