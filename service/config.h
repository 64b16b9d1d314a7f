// shadowd's settings, from flags and flag files (docs/operations.md lists them all).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/console/settings.h"
#include "service/http/settings.h"
#include "service/watch/log.h"
#include "shadow/limits.h"
#include "storage/rocksdb/store.h"
#include "storage/store.h"

namespace service {

struct Config {
  struct Broker {
    std::string host{};  // or the path of a unix socket, then the port is 0
    int port = 0;
    std::string address{};  // both, as given
  };
  std::vector<Broker> brokers{};  // at least one
  std::string link_secret;
  storage::Durability durability = storage::Durability::kSync;
  int64_t sync_interval_ms = 0;
  shadow::Limits limits{};
  storage::RocksDbOptions store{};  // with the bounds of history
  std::string store_url;            // of a database that the store is in; empty: it is in a folder
  int64_t store_wait_ms = 0;        // that a commit waits for a database that is away
  size_t hot_bytes_max = 0;         // of records at hand (service/commit/hot_records.h)
  bool history = true;
  bool history_addresses = true;  // is told from which address a change came
  bool faults = false;            // what is of a test bench is done (rest/bench.h)
  int health_port = 0;            // 0: off
  int metrics_port = 0;
  std::string metrics_address;
  std::string admin_socket;  // empty: none
  HttpSettings http{};
  ConsoleSettings console{};
  std::string registry;             // folder; empty: none
  bool registry_is_shared = false;  // every machine has the same folder
  std::string credentials_dir;      // folder; empty: none
  std::string ca_dir;         // folder of the authority that issues certificates; empty: none are
  std::string broker_capath;  // folder of who the broker's TLS trusts; empty: it has none
  std::string aws_account;    // 12 digits
  std::string aws_region;
  std::string endpoint_address;  // that DescribeEndpoint answers; empty: the server's own name
  std::string endpoint_address_jobs;
  std::string endpoint_address_credentials;
  // Who is asked before a device is provisioned with a template that names a hook; empty: nobody.
  std::string provisioning_hook_command;
  bool provisioning_hook_ignored = false;  // then such templates are taken all the same
  int64_t thing_type_wait_seconds = 0;     // between deprecating and deleting one
  LogLevel log_level = LogLevel::kInfo;
  std::vector<std::string> flag_files{};  // that settings were read from, the last one last
  LogFormat log_format = LogFormat::kText;
};

// Reads the command line. A dash in a flag's name counts as an underscore on the command line, not
// in flag files. Ends the process itself for --help and --version, and for flags that do not exist
// or do not parse, naming them; any other fault is InvalidArgument that names the flag and what
// would be right.
absl::StatusOr<Config> ParseCommandLine(int argc, char** argv);

// The level that the flag files say by now, the last word counting; that of the command line if
// they say none. InvalidArgument: a file cannot be read, or a level is not known.
absl::StatusOr<LogLevel> ReadLogLevelAgain(const Config& config);

}  // namespace service
