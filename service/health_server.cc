#include "service/health_server.h"

#include <CivetServer.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace service {
namespace {

// Answers GET and HEAD with one line of text; CivetWeb refuses the other methods with 405.
void Reply(mg_connection* connection, bool ok, absl::string_view line, bool with_body) {
  const std::string head = absl::StrCat(
      "HTTP/1.1 ", ok ? "200 OK" : "503 Service Unavailable",
      "\r\nContent-Type: text/plain; charset=utf-8\r\nCache-Control: no-store\r\nContent-Length: ",
      line.size() + 1, "\r\nConnection: close\r\n\r\n");
  mg_write(connection, head.data(), head.size());
  if (!with_body) return;
  mg_write(connection, line.data(), line.size());
  mg_write(connection, "\n", 1);
}

class Question : public CivetHandler {
 public:
  // Handles one question; `ask` gives the answer.
  explicit Question(std::function<absl::Status()> ask) : ask_(std::move(ask)) {}

  bool handleGet(CivetServer*, mg_connection* connection) override {
    return Answer(connection, true);
  }
  bool handleHead(CivetServer*, mg_connection* connection) override {
    return Answer(connection, false);
  }

 private:
  bool Answer(mg_connection* connection, bool with_body) {
    const absl::Status answer = ask_();
    Reply(connection, answer.ok(), answer.ok() ? "ok" : answer.message(), with_body);
    return true;
  }

  const std::function<absl::Status()> ask_;
};

}  // namespace

struct HealthServer::Server {
  Server(const std::vector<std::string>& options, const Health& health)
      : alive([] { return absl::OkStatus(); }),
        ready([&health] { return health.Ready(); }),
        civet(options) {
    civet.addHandler("/healthz$", alive);
    civet.addHandler("/readyz$", ready);
  }

  Question alive;
  Question ready;
  CivetServer civet;  // goes first
};

HealthServer::HealthServer(std::unique_ptr<Server> server) : server_(std::move(server)) {}
HealthServer::~HealthServer() = default;

absl::StatusOr<std::unique_ptr<HealthServer>> HealthServer::Start(int port, const Health& health) {
  const std::vector<std::string> options = {"listening_ports",    absl::StrCat("127.0.0.1:", port),
                                            "num_threads",        "1",
                                            "request_timeout_ms", "2000",
                                            "enable_keep_alive",  "no"};
  try {
    return std::unique_ptr<HealthServer>(
        new HealthServer(std::make_unique<Server>(options, health)));
  } catch (const CivetException&) {
    return absl::UnavailableError(
        absl::StrCat("--health_port: 127.0.0.1:", port, " cannot be listened on; is it in use?"));
  }
}

}  // namespace service
