// Answers whoever watches over HTTP: `/healthz`, is the process alive; `/readyz`, does it serve;
// and, where asked for, `/metrics`. A server of its own, which no other port's requests hold up.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/http/server.h"
#include "service/watch/log.h"

namespace service {

struct HealthSettings {
  absl::string_view flag;  // of the port, for errors
  std::string address = "127.0.0.1";
  int port = 0;
  std::vector<std::string> hosts{};  // as HttpSettings has them
  // Gives what `/readyz` answers: a line, or what stands in the way. On the server's thread.
  std::function<absl::StatusOr<std::string>()> ready{};
  // Gives what `/metrics` answers, on the server's thread; empty: there is no such path.
  std::function<std::string()> metrics{};
};

// Listens until what it returns is destroyed. `log` outlives it. InvalidArgument, which names the
// flag: the port cannot be had.
absl::StatusOr<std::unique_ptr<HttpServer>> StartHealthServer(const HealthSettings& settings,
                                                              Log& log);

}  // namespace service
