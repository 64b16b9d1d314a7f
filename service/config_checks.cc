#include "service/config_checks.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "rest/web_guard.h"
#include "storage/postgres/store.h"

namespace service {
namespace {

absl::Status CheckStore(const Config& config) {
  const bool in_folder = config.store_url.empty();
  if (in_folder && config.store.path.empty()) {
    return BadSetting("data_dir", "", "the name of a folder");
  }
  if (in_folder) return absl::OkStatus();
  if (!config.store.path.empty()) {
    return BadSetting("data_dir", config.store.path, "of use with --store: it is one or the other");
  }
  if (config.durability == storage::Durability::kRelaxed) {
    return BadSetting("durability", "relaxed",
                      "to be had with --store: synchronous_commit of the database decides");
  }
  return storage::CheckPostgresUrl(config.store_url);
}

absl::Status CheckMetricsAddress(const Config& config) {
  std::array<unsigned char, sizeof(in6_addr)> parsed;
  if (inet_pton(AF_INET, config.metrics_address.c_str(), parsed.data()) != 1 &&
      inet_pton(AF_INET6, config.metrics_address.c_str(), parsed.data()) != 1) {
    return BadSetting("metrics_address", config.metrics_address,
                      "an IP address, like 127.0.0.1 or ::1");
  }
  return absl::OkStatus();
}

bool IsLoopback(absl::string_view address) {
  return address == "localhost" || address == "::1" || absl::StartsWith(address, "127.");
}

absl::Status CheckHosts(const HttpSettings& http) {
  for (const std::string& host : http.hosts) {
    if (!rest::IsPortName(host)) {
      return BadSetting("http_hosts", host,
                        "a name without scheme and port, like shadowd, *.shadow.lan or 192.0.2.1");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckAccount(const Config& config) {
  const std::string& account = config.aws_account;
  if (account.size() != 12 || account.find_first_not_of("0123456789") != std::string::npos) {
    return BadSetting("aws_account", account, "12 digits");
  }
  if (config.aws_region.empty() ||
      config.aws_region.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") !=
          std::string::npos) {
    return BadSetting("aws_region", config.aws_region, "a region, like eu-central-1");
  }
  return absl::OkStatus();
}

absl::Status CheckHttps(const HttpSettings& http) {
  if (http.tls_port == 0) return absl::OkStatus();
  if (http.certificate_file.empty() || http.key_file.empty()) {
    return BadSetting("https_port", absl::StrCat(http.tls_port),
                      "of use without --https_cert and --https_key");
  }
  if (http.auth == HttpAuth::kOpen && !IsLoopback(http.address) && !http.open_beyond_loopback) {
    return BadSetting(
        "http_auth", "open",
        absl::StrCat("allowed on ", http.address,
                     ": that address is not of this machine alone, and anybody could change "
                     "every shadow (--http_open_beyond_loopback allows it)"));
  }
  return absl::OkStatus();
}

absl::Status CheckConsole(const Config& config) {
  if (config.console.mode == ConsoleMode::kOff) return absl::OkStatus();
  if (!config.http.enabled()) {
    return BadSetting("console", "on", "of use without --https_port or --http_port");
  }
  if (config.console.users_file.empty() && config.console.token_file.empty()) {
    return BadSetting(
        "console", "on",
        "of use without --console_users or --console_token_file: nobody could log in");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status BadSetting(absl::string_view flag, absl::string_view value, absl::string_view want) {
  return absl::InvalidArgumentError(absl::StrCat("--", flag, ": '", value, "' is not ", want));
}

absl::Status CheckSettings(const Config& config) {
  for (const absl::Status& status :
       {CheckStore(config), CheckMetricsAddress(config), CheckAccount(config),
        CheckHosts(config.http), CheckHttps(config.http), CheckConsole(config)}) {
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace service
