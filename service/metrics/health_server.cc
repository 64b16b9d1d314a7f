#include "service/metrics/health_server.h"

#include <CivetServer.h>

#include <array>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"

namespace service {
namespace {

constexpr absl::string_view kText = "text/plain; charset=utf-8";
constexpr absl::string_view kMetricsText = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace

struct HealthServer::Server {
  // What is sent for a question.
  struct Reply {
    bool ok;
    absl::string_view type;
    std::string body;
  };

  // Answers GET and HEAD; CivetWeb refuses the other methods with 405.
  class Question : public CivetHandler {
   public:
    // `ask` gives the answer.
    explicit Question(std::function<Reply()> ask) : ask_(std::move(ask)) {}

    bool handleGet(CivetServer*, mg_connection* connection) override {
      return Answer(connection, true);
    }
    bool handleHead(CivetServer*, mg_connection* connection) override {
      return Answer(connection, false);
    }

   private:
    bool Answer(mg_connection* connection, bool with_body) {
      const Reply reply = ask_();
      const std::string head =
          absl::StrCat("HTTP/1.1 ", reply.ok ? "200 OK" : "503 Service Unavailable",
                       "\r\nContent-Type: ", reply.type,
                       "\r\nCache-Control: no-store\r\nContent-Length: ", reply.body.size(),
                       "\r\nConnection: close\r\n\r\n");
      mg_write(connection, head.data(), head.size());
      if (with_body) mg_write(connection, reply.body.data(), reply.body.size());
      return true;
    }

    const std::function<Reply()> ask_;
  };

  static Reply Readiness(const Health& health) {
    const absl::Status ready = health.Ready();
    return {ready.ok(), kText, absl::StrCat(ready.ok() ? "ok" : ready.message(), "\n")};
  }

  Server(const std::vector<std::string>& options, std::string listens_on, int listens_at,
         const std::function<std::string()>& print, const Health& health)
      : alive([] {
          return Reply{true, kText, "ok\n"};
        }),
        ready([&health] { return Readiness(health); }),
        metrics([print] {
          return Reply{true, kMetricsText, print()};
        }),
        address(std::move(listens_on)),
        port(listens_at),
        civet(options) {
    civet.addHandler("/healthz$", alive);
    civet.addHandler("/readyz$", ready);
    if (print) civet.addHandler("/metrics$", metrics);
  }

  // CivetWeb looks whether it is to end every two seconds, and after each connection: it is knocked
  // at until it does, so that a restart is not kept waiting.
  ~Server() {
    absl::Notification closed;
    std::thread closing([&] {
      civet.close();
      closed.Notify();
    });
    while (!closed.WaitForNotificationWithTimeout(absl::Milliseconds(1))) {
      std::array<char, 100> error;
      mg_connection* knock =
          mg_connect_client(address.c_str(), port, 0, error.data(), error.size());
      if (knock != nullptr) mg_close_connection(knock);
    }
    closing.join();
  }

  Question alive;
  Question ready;
  Question metrics;
  const std::string address;
  const int port;
  CivetServer civet;  // goes first
};

HealthServer::HealthServer(std::unique_ptr<Server> server) : server_(std::move(server)) {}
HealthServer::~HealthServer() = default;

absl::StatusOr<std::unique_ptr<HealthServer>> HealthServer::Start(const Settings& settings,
                                                                  const Health& health) {
  const bool is_ipv6 = absl::StrContains(settings.address, ':');
  const std::string where =
      absl::StrCat(is_ipv6 ? "[" : "", settings.address, is_ipv6 ? "]" : "", ":", settings.port);
  const std::vector<std::string> options = {
      "listening_ports",    where,  "num_threads",       "1",
      "request_timeout_ms", "2000", "enable_keep_alive", "no"};
  try {
    return std::unique_ptr<HealthServer>(new HealthServer(std::make_unique<Server>(
        options, settings.address, settings.port, settings.metrics, health)));
  } catch (const CivetException&) {
    return absl::UnavailableError(absl::StrCat(where, " cannot be listened on; is it in use?"));
  }
}

}  // namespace service
