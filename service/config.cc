#include "service/config.h"

#include <sys/un.h>

#include <fstream>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/flags/usage_config.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "identity/link_secret.h"
#include "proto/parcel.h"
#include "service/config_checks.h"

// The settings, a row each: type, name, default, what is allowed, member of Config, help. Whatever
// else must hold of them, the functions Check... look at.
#define SETTINGS(SETTING)                                                                          \
  SETTING(std::string, data_dir, "", kAny, store.path,                                             \
          "folder of the store; made if it is not there (required without --store)")               \
  SETTING(std::string, store, "", kAny, store_url,                                                 \
          "postgresql://…: shadows are kept in this database instead, and several shadowds can " \
          "stand by (docs/many-machines.md)")                                                      \
  SETTING(int64_t, store_wait_ms, 5000, Between(100, 600'000), store_wait_ms,                      \
          "with --store: how long a change waits for a database that is away, 100 to 600000")      \
  SETTING(std::string, durability, "sync", kDurabilities, durability,                              \
          "what 'accepted' means: sync = on the disk, relaxed = in the operating system's cache")  \
  SETTING(int64_t, sync_interval_ms, 100, Between(1, 60'000), sync_interval_ms,                    \
          "with --durability=relaxed: how long an accepted change may stay in the cache, "         \
          "1 to 60000")                                                                            \
  SETTING(int64_t, state_bytes_max, 8192, Between(2, 1 << 20), limits.state_bytes_max,             \
          "most bytes of desired plus reported in one shadow (AWS: 8192, raisable to 30720)")      \
  SETTING(int64_t, depth_max, 8, Between(1, 100), limits.depth_max,                                \
          "most levels of nesting in desired or reported, 1 to 100")                               \
  SETTING(std::string, history, "on", kOnOff, history,                                             \
          "on: earlier versions of each shadow are kept, with who made them; off: no more are")    \
  SETTING(int64_t, history_wishes, 1000, kHistoryEntries, store.history.wishes.entries_max,        \
          "history of a shadow: changes of desired that are kept")                                 \
  SETTING(int64_t, history_wishes_days, 400, kHistoryDays, store.history.wishes.days_max,          \
          "and for how many days")                                                                 \
  SETTING(int64_t, history_reports, 1000, kHistoryEntries, store.history.reports.entries_max,      \
          "changes of reported alone that are kept, and as many events of a thing")                \
  SETTING(int64_t, history_reports_days, 30, kHistoryDays, store.history.reports.days_max,         \
          "and for how many days")                                                                 \
  SETTING(int64_t, history_shadow_bytes, 1 << 20, kHistoryShadowBytes,                             \
          store.history.lane_bytes_max,                                                            \
          "most bytes of each of the two, as they are written, for one shadow")                    \
  SETTING(int64_t, history_bytes, 1 << 30, kHistoryBytes, store.history.total_bytes_max,           \
          "most bytes of all history on the disk; what is oldest goes first")                      \
  SETTING(bool, history_addresses, true, kAny, history_addresses,                                  \
          "history tells from which address a change came")                                        \
  SETTING(bool, faults, false, kAny, faults,                                                       \
          "what a test bench may do: faults, clock, reset, snapshots")                             \
  SETTING(int64_t, health_port, 0, kPort, health_port,                                             \
          "port on 127.0.0.1 for /healthz and /readyz over HTTP; 0: none")                         \
  SETTING(int64_t, metrics_port, 9464, kPort, metrics_port,                                        \
          "port for /metrics, /healthz and /readyz over HTTP; 0: none")                            \
  SETTING(std::string, metrics_address, "127.0.0.1", kAny, metrics_address,                        \
          "IP address that the metrics port listens on; whoever reaches it can read it")           \
  SETTING(std::string, admin_socket, "", kAny, admin_socket,                                       \
          "unix socket to be made for shadowctl (backup, trace, stats, log level); empty: none")   \
  SETTING(int64_t, https_port, 0, kPort, http.tls_port, "port of the HTTPS data plane; 0: none")   \
  SETTING(std::string, https_address, "127.0.0.1", kAny, http.address,                             \
          "address or name that it listens on; a name: all its addresses")                         \
  SETTING(std::string, https_cert, "", kAny, http.certificate_file,                                \
          "its certificate, with its chain, as PEM")                                               \
  SETTING(std::string, https_key, "", kAny, http.key_file,                                         \
          "the certificate's private key, as PEM")                                                 \
  SETTING(std::string, https_client_ca, "", kAny, http.client_ca_file,                             \
          "CA of client certificates, as PEM; without it none is asked for")                       \
  SETTING(int64_t, http_port, 0, kPort, http.plain_port,                                           \
          "the same data plane without TLS, on 127.0.0.1 only; 0: none")                           \
  SETTING(std::string, http_auth, "required", kHttpAuths, http.auth,                               \
          "required: certificates and signatures are checked; open: anybody is let in")            \
  SETTING(bool, http_open_beyond_loopback, false, kAny, http.open_beyond_loopback,                 \
          "allow --http_auth=open on an --https_address that is not of this machine alone")        \
  SETTING(int64_t, http_body_bytes_max, 128 << 10, Between(1024, 2 << 20), http.body_bytes_max,    \
          "largest body of an HTTPS request")                                                      \
  SETTING(int64_t, http_connections_max, 4000, Between(1, 100'000), http.connections_max,          \
          "most HTTPS connections at a time")                                                      \
  SETTING(int64_t, http_connections_per_address_max, 256, Between(1, 100'000),                     \
          http.connections_per_address_max,                                                        \
          "most of them from one address; of IPv6, from one network of 64 bits")                   \
  SETTING(int64_t, websocket_connections_max, 1000, Between(0, 100'000), http.websockets_max,      \
          "most clients of MQTT over WebSocket at a time, at /mqtt; 0: there is no such path")     \
  SETTING(std::vector<std::string>, http_hosts, {}, kAny, http.hosts,                              \
          "names, with commas between, that the HTTP ports are called by, besides localhost, "     \
          "their addresses and the certificate's names")                                           \
  SETTING(std::string, console, "off", kConsoleModes, console.mode,                                \
          "the console, at /console/ of the HTTP ports: on, off, or auto: on if --console_users "  \
          "is there at start")                                                                     \
  SETTING(std::string, console_users, "", kAny, console.users_file,                                \
          "file of the console's users (shadowctl console user)")                                  \
  SETTING(std::string, console_token_file, "", kAny, console.token_file,                           \
          "file to be made with a token that lets whoever is on this machine in as admin")         \
  SETTING(std::string, registry, "", kAny, registry, "folder of the registry (docs/policies.md)")  \
  SETTING(bool, registry_is_shared, false, kAny, registry_is_shared,                               \
          "with --store: the folder of --registry is the same one on all machines, and shadowd "   \
          "may change it")                                                                         \
  SETTING(std::string, credentials_dir, "", kAny, credentials_dir,                                 \
          "folder of the keys for Signature Version 4")                                            \
  SETTING(                                                                                         \
      std::string, ca_dir, "", kAny, ca_dir,                                                       \
      "folder with ca.pem and ca.key: certificates can be made by aws iot; empty: they cannot")    \
  SETTING(std::string, broker_capath, "", kAny, broker_capath,                                     \
          "folder that is the capath of the broker's TLS listeners: registered CA certificates "   \
          "are put there; empty: there is none")                                                   \
  SETTING(std::string, aws_account, "000000000000", kAny, aws_account,                             \
          "the account in ARNs, 12 digits")                                                        \
  SETTING(std::string, aws_region, "us-east-1", kAny, aws_region, "the region in ARNs")            \
  SETTING(std::string, endpoint_address, "", kAny, endpoint_address,                               \
          "what aws iot describe-endpoint answers; empty: the first DNS name of --https_cert")     \
  SETTING(std::string, endpoint_address_jobs, "", kAny, endpoint_address_jobs,                     \
          "the same for iot:Jobs; empty: the same answer")                                         \
  SETTING(std::string, endpoint_address_credentials, "", kAny, endpoint_address_credentials,       \
          "the same for iot:CredentialProvider; empty: the same answer")                           \
  SETTING(std::string, provisioning_hook_command, "", kAny, provisioning_hook_command,             \
          "command that is asked before a device is provisioned with a template with a hook")      \
  SETTING(bool, provisioning_hook_ignored, false, kAny, provisioning_hook_ignored,                 \
          "provisioning templates may name a hook, and nobody is asked")                           \
  SETTING(int64_t, thing_type_wait_seconds, 0, Between(0, 86'400), thing_type_wait_seconds,        \
          "a thing type must have been deprecated for so long before it is deleted (AWS: 300)")    \
  SETTING(std::string, log_level, "info", kLogLevels, log_level, "debug, info, warning or error")  \
  SETTING(std::string, log_format, "text", kLogFormats, log_format, "text or json")                \
  SETTING(int64_t, store_block_cache_bytes, 32 << 20, kStoreBytes, store.block_cache_bytes,        \
          "RocksDB: cache for blocks read")                                                        \
  SETTING(int64_t, store_write_buffer_bytes, 32 << 20, kStoreBytes, store.write_buffer_bytes,      \
          "RocksDB: one memtable; two may be held")                                                \
  SETTING(int64_t, store_history_buffer_bytes, 8 << 20, kStoreBytes, store.history_buffer_bytes,   \
          "RocksDB: the same of the history")                                                      \
  SETTING(int64_t, store_hot_bytes, 16 << 20, kStoreBytes, hot_bytes_max,                          \
          "records committed last, kept at hand")                                                  \
  SETTING(int64_t, store_wal_bytes_max, 64 << 20, kStoreBytes, store.wal_bytes_max,                \
          "RocksDB: logs beyond this size are flushed into tables")                                \
  SETTING(int64_t, store_open_files_max, 256, Between(32, 1'000'000), store.open_files_max,        \
          "RocksDB: files held open")

#define DECLARE(type, name, initial, allowed, member, help) ABSL_FLAG(type, name, initial, help);
SETTINGS(DECLARE)
#undef DECLARE

// What goes into Config as something else than it is given as: TakeBrokers and TakeSecret below.
ABSL_FLAG(std::string, broker, "",
          "where the broker's link listener is: unix:SOCKET (a path) or HOST:PORT (required); once "
          "for each of several brokers");
ABSL_FLAG(
    std::string, link_secret_file, "",
    "file with the secret shared with the plugin, plugin_opt_link_secret_file there (required)");

namespace service {
namespace {

// What is allowed. Of a number:
struct Range {
  int64_t least;
  int64_t most;
};
constexpr Range Between(int64_t least, int64_t most) { return {least, most}; }
constexpr Range kPort = Between(0, 65535);
constexpr Range kStoreBytes = Between(1 << 20, int64_t{1} << 36);
constexpr Range kHistoryEntries = Between(1, 1'000'000);
constexpr Range kHistoryDays = Between(1, 36'500);
constexpr Range kHistoryShadowBytes = Between(1 << 10, 1 << 30);
constexpr Range kHistoryBytes = Between(1 << 20, int64_t{1} << 44);

// Of a choice:
template <class Choice>
using Named = std::pair<absl::string_view, Choice>;
constexpr Named<storage::Durability> kDurabilities[] = {{"sync", storage::Durability::kSync},
                                                        {"relaxed", storage::Durability::kRelaxed}};
constexpr Named<bool> kOnOff[] = {{"on", true}, {"off", false}};
constexpr Named<HttpAuth> kHttpAuths[] = {{"required", HttpAuth::kRequired},
                                          {"open", HttpAuth::kOpen}};
constexpr Named<ConsoleMode> kConsoleModes[] = {
    {"on", ConsoleMode::kOn}, {"off", ConsoleMode::kOff}, {"auto", ConsoleMode::kAuto}};
constexpr Named<LogFormat> kLogFormats[] = {{"text", LogFormat::kText}, {"json", LogFormat::kJson}};

// Of a text or a switch:
struct Anything {};
constexpr Anything kAny;

absl::Status Bad(absl::string_view flag, absl::string_view value, absl::string_view want) {
  return BadSetting(flag, value, want);
}

template <class Number>
absl::Status Take(absl::string_view flag, int64_t value, Range range, Number& out) {
  if (value < range.least || value > range.most) {
    return Bad(flag, absl::StrCat(value),
               absl::StrCat("between ", range.least, " and ", range.most));
  }
  out = static_cast<Number>(value);
  return absl::OkStatus();
}

template <class Choice, size_t kCount>
absl::Status Take(absl::string_view flag, absl::string_view value,
                  const Named<Choice> (&choices)[kCount], Choice& out) {
  for (const auto& [name, choice] : choices) {
    if (value == name) {
      out = choice;
      return absl::OkStatus();
    }
  }
  const auto add = [](std::string* names, const auto& one) { absl::StrAppend(names, one.first); };
  return Bad(flag, value, absl::StrCat("one of: ", absl::StrJoin(choices, ", ", add)));
}

template <class Value>
absl::Status Take(absl::string_view, const Value& value, Anything, Value& out) {
  out = value;
  return absl::OkStatus();
}

absl::Status TakeSettings(Config& config) {
#define TAKE(type, name, initial, allowed, member, help) \
  Take(#name, absl::GetFlag(FLAGS_##name), allowed, config.member),
  for (const absl::Status& status : {SETTINGS(TAKE)}) {
    if (!status.ok()) return status;
  }
#undef TAKE
  return absl::OkStatus();
}

// Those that the word at `i` names.
std::vector<std::string> FlagFilesAt(size_t i, const std::vector<std::string>& words) {
  absl::string_view word = words[i];
  if (absl::ConsumePrefix(&word, "--flagfile=")) return {std::string(word)};
  if (word == "--flagfile" && i + 1 < words.size()) return {words[i + 1]};
  return {};
}

// The files that `words`, a command line, has settings read from.
std::vector<std::string> FlagFiles(const std::vector<std::string>& words) {
  std::vector<std::string> files;
  for (size_t i = 1; i < words.size(); ++i) {
    for (std::string& file : FlagFilesAt(i, words)) files.push_back(std::move(file));
  }
  return files;
}

absl::Status TakeBroker(absl::string_view given, Config& config) {
  absl::string_view address = given;
  Config::Broker broker{.address = std::string(given)};
  if (absl::ConsumePrefix(&address, "unix:") && !address.empty()) {
    constexpr size_t kPathBytesMax = sizeof(sockaddr_un::sun_path) - 1;
    if (address.size() > kPathBytesMax) {
      return Bad(
          "broker", given,
          absl::StrCat("short enough: a socket's path has at most ", kPathBytesMax, " bytes"));
    }
    broker.host = std::string(address);
  } else {
    const size_t colon = address.rfind(':');
    if (colon == absl::string_view::npos || colon == 0 ||
        !absl::SimpleAtoi(address.substr(colon + 1), &broker.port) || broker.port < 1 ||
        broker.port > 65535) {
      return Bad("broker", given, "unix:SOCKET or HOST:PORT");
    }
    broker.host = std::string(address.substr(0, colon));
  }
  for (const Config::Broker& other : config.brokers) {
    if (other.host == broker.host && other.port == broker.port) {
      return Bad("broker", given, "another one than those before: each is named once");
    }
  }
  config.brokers.push_back(std::move(broker));
  return absl::OkStatus();
}

// Each that `words`, a command line, and its flag files name, in their order. Abseil keeps the last
// word on a flag alone.
std::vector<std::string> BrokersGiven(const std::vector<std::string>& words) {
  constexpr absl::string_view kFlag = "--broker=";
  std::vector<std::string> given;
  const auto take = [&](absl::string_view word) {
    if (absl::ConsumePrefix(&word, kFlag)) given.emplace_back(word);
  };
  for (size_t i = 1; i < words.size(); ++i) {
    take(words[i]);
    if (words[i] == "--broker" && i + 1 < words.size()) given.push_back(words[i + 1]);
    for (const std::string& path : FlagFilesAt(i, words)) {
      std::ifstream file(path);
      for (std::string line; std::getline(file, line);) take(absl::StripAsciiWhitespace(line));
    }
  }
  if (given.empty()) given.push_back(absl::GetFlag(FLAGS_broker));
  return given;
}

absl::Status TakeBrokers(const std::vector<std::string>& words, Config& config) {
  const std::vector<std::string> given = BrokersGiven(words);
  if (given.size() > proto::kBrokersMax) {
    return Bad("broker", given.back(),
               absl::StrCat("one of at most ", proto::kBrokersMax, " brokers"));
  }
  for (const std::string& address : given) {
    if (absl::Status taken = TakeBroker(address, config); !taken.ok()) return taken;
  }
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

// "--log-format=json" reads as "--log_format=json".
std::string WithUnderscores(absl::string_view argument) {
  if (!absl::StartsWith(argument, "--")) return std::string(argument);
  const size_t equals = argument.find('=');
  const absl::string_view name = argument.substr(2, equals == argument.npos ? equals : equals - 2);
  return absl::StrCat("--", absl::StrReplaceAll(name, {{"-", "_"}}),
                      equals == argument.npos ? "" : argument.substr(equals));
}

void SetUsage() {
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
}

}  // namespace

absl::StatusOr<Config> ParseCommandLine(int argc, char** argv) {
  SetUsage();
  std::vector<std::string> words;
  for (int i = 0; i < argc; ++i) words.push_back(WithUnderscores(argv[i]));
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  const auto rest = absl::ParseCommandLine(argc, pointers.data());
  if (rest.size() > 1) {
    return absl::InvalidArgumentError(absl::StrCat("'", rest[1], "' is not a flag; see --help"));
  }

  Config config;
  config.flag_files = FlagFiles(words);
  for (const absl::Status& status : {TakeSettings(config), TakeBrokers(words, config),
                                     TakeSecret(config), CheckSettings(config)}) {
    if (!status.ok()) return status;
  }
  config.store.history.events = config.store.history.reports;
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
      const absl::Status known = Take("log_level", value, kLogLevels, level);
      if (!known.ok()) return known;
    }
  }
  return level;
}

}  // namespace service
