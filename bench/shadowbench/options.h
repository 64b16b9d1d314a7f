// What to measure: the command line of shadowbench.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "bench/sample.h"

namespace bench {

// Shares of the operations, in percent; together 100.
struct Mix {
  int update_percent = 100;
  int get_percent = 0;
  int delete_percent = 0;
};

struct TlsFiles {
  std::string ca;           // empty: plain TCP
  std::string certificate;  // empty: no client certificate
  std::string key;
};

struct Options {
  std::string host = "127.0.0.1";
  uint16_t port = 1883;
  TlsFiles tls{};

  uint32_t devices = 1;      // connections that send requests, each for a shadow of its own
  uint32_t window = 1;       // requests that each of them keeps unanswered
  uint32_t idle = 0;         // further connections that only subscribe
  int qos = 1;               // of requests and subscriptions
  bool all_answers = false;  // subscribe to delta and documents too
  double target_rate = 0;    // requests per second of all devices; 0: as fast as answers come

  Shape shape = Shape::kFlat;
  size_t document_bytes = 512;  // desired plus reported
  Mix mix{};
  std::string shadow_name{};  // empty: the classic shadow
  // More than 1: requests go to that many named shadows of each device's thing, at random; their
  // names are shadow_name and a number.
  uint32_t shadows_per_device = 1;
  std::string thing_prefix = "bench-";
  uint64_t seed = 1;  // of the order in which operations of a mix come

  double warmup_seconds = 1;
  double seconds = 5;
  double wait_seconds = 30;  // the longest wait for connections, and for the last answers

  pid_t broker_pid = 0;  // 0: not watched
  pid_t service_pid = 0;
  bool json = false;
};

// Reads the flags (`--target-rate` is the same as `--target_rate`). InvalidArgument names the flag
// and what it takes.
absl::StatusOr<Options> ReadOptions(int argc, char** argv);

}  // namespace bench
