#include "service/config.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <fstream>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/flags/usage_config.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "identity/link_secret.h"

ABSL_FLAG(std::string, broker, "",
          "where the broker's link listener is: unix:SOCKET (a path) or HOST:PORT (required)");
ABSL_FLAG(
    std::string, link_secret_file, "",
    "file with the secret shared with the plugin, plugin_opt_link_secret_file there (required)");
ABSL_FLAG(std::string, data_dir, "", "folder of the store; made if it is not there (required)");
ABSL_FLAG(std::string, durability, "sync",
          "what 'accepted' means: sync = on the disk, relaxed = in the operating system's cache");
ABSL_FLAG(
    int64_t, sync_interval_ms, 100,
    "with --durability=relaxed: how long an accepted change may stay in the cache, 1 to 60000");
ABSL_FLAG(int64_t, state_bytes_max, 8192,
          "most bytes of desired plus reported in one shadow (AWS: 8192, raisable to 30720)");
ABSL_FLAG(int64_t, depth_max, 8, "most levels of nesting in desired or reported, 1 to 100");
ABSL_FLAG(int64_t, health_port, 0, "port on 127.0.0.1 for /healthz and /readyz over HTTP; 0: none");
ABSL_FLAG(int64_t, metrics_port, 9464,
          "port for /metrics, /healthz and /readyz over HTTP; 0: none");
ABSL_FLAG(std::string, metrics_address, "127.0.0.1",
          "IP address that the metrics port listens on; whoever reaches it can read it");
ABSL_FLAG(std::string, admin_socket, "",
          "unix socket to be made for shadowctl (backup, trace, stats, log level); empty: none");
ABSL_FLAG(int64_t, https_port, 0, "port of the HTTPS data plane; 0: none");
ABSL_FLAG(std::string, https_address, "127.0.0.1", "address that it listens on");
ABSL_FLAG(std::string, https_cert, "", "its certificate, with its chain, as PEM");
ABSL_FLAG(std::string, https_key, "", "the certificate's private key, as PEM");
ABSL_FLAG(std::string, https_client_ca, "",
          "CA of client certificates, as PEM; without it none is asked for");
ABSL_FLAG(int64_t, http_port, 0, "the same data plane without TLS, on 127.0.0.1 only; 0: none");
ABSL_FLAG(std::string, http_auth, "required",
          "required: certificates and signatures are checked; open: anybody is let in");
ABSL_FLAG(bool, http_open_beyond_loopback, false,
          "allow --http_auth=open on an --https_address that is not of this machine alone");
ABSL_FLAG(int64_t, http_body_bytes_max, 128 << 10, "largest body of an HTTPS request");
ABSL_FLAG(int64_t, http_connections_max, 4000, "most HTTPS connections at a time");
ABSL_FLAG(std::string, registry, "", "folder of the registry (docs/policies.md)");
ABSL_FLAG(std::string, credentials_dir, "", "folder of the keys for Signature Version 4");
ABSL_FLAG(std::string, log_level, "info", "debug, info, warning or error");
ABSL_FLAG(std::string, log_format, "text", "text or json");
ABSL_FLAG(int64_t, store_block_cache_bytes, 32 << 20, "RocksDB: cache for blocks read");
ABSL_FLAG(int64_t, store_write_buffer_bytes, 32 << 20, "RocksDB: one memtable; two may be held");
ABSL_FLAG(int64_t, store_wal_bytes_max, 64 << 20,
          "RocksDB: logs beyond this size are flushed into tables");
ABSL_FLAG(int64_t, store_open_files_max, 256, "RocksDB: files held open");

namespace service {
namespace {

absl::Status Bad(absl::string_view flag, absl::string_view value, absl::string_view want) {
  return absl::InvalidArgumentError(absl::StrCat("--", flag, ": '", value, "' is not ", want));
}

template <class Number>
absl::Status TakeNumber(const absl::Flag<int64_t>& flag, absl::string_view name, int64_t least,
                        int64_t most, Number& out) {
  const int64_t number = absl::GetFlag(flag);
  if (number < least || number > most) {
    return Bad(name, absl::StrCat(number), absl::StrCat("between ", least, " and ", most));
  }
  out = static_cast<Number>(number);
  return absl::OkStatus();
}

template <class Choice, size_t kCount>
absl::Status TakeChoice(const absl::Flag<std::string>& flag, absl::string_view name,
                        const std::array<std::pair<absl::string_view, Choice>, kCount>& choices,
                        Choice& out) {
  const std::string value = absl::GetFlag(flag);
  std::string names;
  for (const auto& [choice, meaning] : choices) {
    if (value == choice) {
      out = meaning;
      return absl::OkStatus();
    }
    absl::StrAppend(&names, names.empty() ? "" : ", ", choice);
  }
  return Bad(name, value, absl::StrCat("one of: ", names));
}

absl::Status TakeBroker(Config& config) {
  config.broker = absl::GetFlag(FLAGS_broker);
  absl::string_view address = config.broker;
  if (absl::ConsumePrefix(&address, "unix:") && !address.empty()) {
    config.broker_host = std::string(address);
    return absl::OkStatus();
  }
  const size_t colon = address.rfind(':');
  if (colon == absl::string_view::npos || colon == 0 ||
      !absl::SimpleAtoi(address.substr(colon + 1), &config.broker_port) || config.broker_port < 1 ||
      config.broker_port > 65535) {
    return Bad("broker", config.broker, "unix:SOCKET or HOST:PORT");
  }
  config.broker_host = std::string(address.substr(0, colon));
  return absl::OkStatus();
}

absl::Status TakeSecret(Config& config) {
  const std::string path = absl::GetFlag(FLAGS_link_secret_file);
  auto secret = identity::ReadLinkSecret(path);
  if (!secret.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("--link_secret_file: '", path, "'", secret.status().message()));
  }
  config.link_secret = *std::move(secret);
  return absl::OkStatus();
}

absl::Status TakeMetrics(Config& config) {
  config.metrics_address = absl::GetFlag(FLAGS_metrics_address);
  std::array<unsigned char, sizeof(in6_addr)> parsed;
  if (inet_pton(AF_INET, config.metrics_address.c_str(), parsed.data()) != 1 &&
      inet_pton(AF_INET6, config.metrics_address.c_str(), parsed.data()) != 1) {
    return Bad("metrics_address", config.metrics_address, "an IP address, like 127.0.0.1 or ::1");
  }
  return TakeNumber(FLAGS_metrics_port, "metrics_port", 0, 65535, config.metrics_port);
}

absl::Status TakeStore(Config& config) {
  config.store.path = absl::GetFlag(FLAGS_data_dir);
  if (config.store.path.empty()) return Bad("data_dir", "", "the name of a folder");
  constexpr int64_t kLeast = 1 << 20;
  constexpr int64_t kMost = int64_t{1} << 36;
  for (const absl::Status& status :
       {TakeNumber(FLAGS_store_block_cache_bytes, "store_block_cache_bytes", kLeast, kMost,
                   config.store.block_cache_bytes),
        TakeNumber(FLAGS_store_write_buffer_bytes, "store_write_buffer_bytes", kLeast, kMost,
                   config.store.write_buffer_bytes),
        TakeNumber(FLAGS_store_wal_bytes_max, "store_wal_bytes_max", kLeast, kMost,
                   config.store.wal_bytes_max),
        TakeNumber(FLAGS_store_open_files_max, "store_open_files_max", 32, 1'000'000,
                   config.store.open_files_max)}) {
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

bool IsLoopback(absl::string_view address) {
  return address == "localhost" || address == "::1" || absl::StartsWith(address, "127.");
}

absl::Status TakeHttp(Config& config) {
  HttpSettings& http = config.http;
  using AuthChoice = std::pair<absl::string_view, HttpAuth>;
  for (const absl::Status& status :
       {TakeNumber(FLAGS_https_port, "https_port", 0, 65535, http.tls_port),
        TakeNumber(FLAGS_http_port, "http_port", 0, 65535, http.plain_port),
        TakeNumber(FLAGS_http_body_bytes_max, "http_body_bytes_max", 1024, 2 << 20,
                   http.body_bytes_max),
        TakeNumber(FLAGS_http_connections_max, "http_connections_max", 1, 100'000,
                   http.connections_max),
        TakeChoice(FLAGS_http_auth, "http_auth",
                   std::array{AuthChoice{"required", HttpAuth::kRequired},
                              AuthChoice{"open", HttpAuth::kOpen}},
                   http.auth)}) {
    if (!status.ok()) return status;
  }
  http.address = absl::GetFlag(FLAGS_https_address);
  http.certificate_file = absl::GetFlag(FLAGS_https_cert);
  http.key_file = absl::GetFlag(FLAGS_https_key);
  http.client_ca_file = absl::GetFlag(FLAGS_https_client_ca);
  config.registry = absl::GetFlag(FLAGS_registry);
  config.credentials_dir = absl::GetFlag(FLAGS_credentials_dir);
  if (http.tls_port != 0 && (http.certificate_file.empty() || http.key_file.empty())) {
    return Bad("https_port", absl::StrCat(http.tls_port),
               "of use without --https_cert and --https_key");
  }
  if (http.tls_port != 0 && http.auth == HttpAuth::kOpen && !IsLoopback(http.address) &&
      !absl::GetFlag(FLAGS_http_open_beyond_loopback)) {
    return Bad("http_auth", "open",
               absl::StrCat("allowed on ", http.address,
                            ": that address is not of this machine alone, and anybody could change "
                            "every shadow (--http_open_beyond_loopback allows it)"));
  }
  return absl::OkStatus();
}

// "--log-format=json" reads as "--log_format=json".
std::string WithUnderscores(absl::string_view argument) {
  if (!absl::StartsWith(argument, "--")) return std::string(argument);
  const size_t equals = argument.find('=');
  const absl::string_view name = argument.substr(2, equals == argument.npos ? equals : equals - 2);
  return absl::StrCat("--", absl::StrReplaceAll(name, {{"-", "_"}}),
                      equals == argument.npos ? "" : argument.substr(equals));
}

}  // namespace

absl::StatusOr<Config> ParseCommandLine(int argc, char** argv) {
  absl::SetProgramUsageMessage(
      "the shadow service of mosquitto-shadow: answers shadow requests of a Mosquitto broker.\n"
      "  shadowd --broker=unix:/run/mosquitto-shadow/link.sock --link_secret_file=FILE "
      "--data_dir=DIR\n"
      "  shadowd --flagfile=/etc/mosquitto-shadow/shadowd.flags");
  absl::FlagsUsageConfig usage;
  const auto ours = [](absl::string_view file) {
    return absl::EndsWith(file, "service/config.cc");
  };
  usage.contains_help_flags = ours;
  usage.contains_helpshort_flags = ours;
  usage.version_string = [] { return absl::StrCat("shadowd ", SHADOW_VERSION, "\n"); };
  absl::SetFlagsUsageConfig(usage);

  std::vector<std::string> words;
  for (int i = 0; i < argc; ++i) words.push_back(WithUnderscores(argv[i]));
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  const auto rest = absl::ParseCommandLine(argc, pointers.data());
  if (rest.size() > 1) {
    return absl::InvalidArgumentError(absl::StrCat("'", rest[1], "' is not a flag; see --help"));
  }

  using DurabilityChoice = std::pair<absl::string_view, storage::Durability>;
  using LevelChoice = std::pair<absl::string_view, LogLevel>;
  using FormatChoice = std::pair<absl::string_view, LogFormat>;
  Config config;
  config.admin_socket = absl::GetFlag(FLAGS_admin_socket);
  for (size_t i = 1; i < words.size(); ++i) {
    absl::string_view word = words[i];
    if (absl::ConsumePrefix(&word, "--flagfile=")) config.flag_files.emplace_back(word);
    if (word == "--flagfile" && i + 1 < words.size()) config.flag_files.push_back(words[i + 1]);
  }
  for (const absl::Status& status :
       {TakeBroker(config), TakeSecret(config), TakeStore(config), TakeMetrics(config),
        TakeNumber(FLAGS_health_port, "health_port", 0, 65535, config.health_port),
        TakeHttp(config),
        TakeChoice(FLAGS_durability, "durability",
                   std::array{DurabilityChoice{"sync", storage::Durability::kSync},
                              DurabilityChoice{"relaxed", storage::Durability::kRelaxed}},
                   config.durability),
        TakeNumber(FLAGS_sync_interval_ms, "sync_interval_ms", 1, 60'000, config.sync_interval_ms),
        TakeNumber(FLAGS_state_bytes_max, "state_bytes_max", 2, 1 << 20,
                   config.limits.state_bytes_max),
        TakeNumber(FLAGS_depth_max, "depth_max", 1, 100, config.limits.depth_max),
        TakeChoice(
            FLAGS_log_level, "log_level",
            std::array{LevelChoice{"debug", LogLevel::kDebug}, LevelChoice{"info", LogLevel::kInfo},
                       LevelChoice{"warning", LogLevel::kWarning},
                       LevelChoice{"error", LogLevel::kError}},
            config.log_level),
        TakeChoice(FLAGS_log_format, "log_format",
                   std::array{FormatChoice{"text", LogFormat::kText},
                              FormatChoice{"json", LogFormat::kJson}},
                   config.log_format)}) {
    if (!status.ok()) return status;
  }
  return config;
}

absl::StatusOr<LogLevel> ReadLogLevelAgain(const Config& config) {
  LogLevel level = config.log_level;
  for (const std::string& path : config.flag_files) {
    std::ifstream file(path);
    if (!file) return absl::InvalidArgumentError(absl::StrCat(path, " cannot be read"));
    for (std::string line; std::getline(file, line);) {
      const std::string setting = WithUnderscores(absl::StripAsciiWhitespace(line));
      absl::string_view value = setting;
      if (!absl::ConsumePrefix(&value, "--log_level=")) continue;
      const auto parsed = ParseLogLevel(value);
      if (!parsed) return Bad("log_level", value, absl::StrCat("one of: ", LogLevelNames()));
      level = *parsed;
    }
  }
  return level;
}

}  // namespace service
