// HTTP/1.1 over TLS and plain TCP: connections, framing, bounds and time. What requests mean is
// their handler's matter. server.cc, loop.cc, connection.* and exchange.*
// alone know Boost.
//
// Everything runs on one thread of the server's own; no request waits for another's disk.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "absl/status/statusor.h"
#include "policy/connection.h"
#include "rest/error.h"
#include "rest/message.h"
#include "rest/target.h"
#include "service/http/loop.h"
#include "service/http/settings.h"
#include "service/watch/log.h"

namespace service {

// Who is at the other end of a connection, as TLS and TCP tell.
struct Peer {
  std::string address;                                          // text of an IPv4 or IPv6 address
  std::string server_name;                                      // that it asked for (SNI), or empty
  bool secure = false;                                          // over TLS
  std::shared_ptr<const policy::CertificateFacts> certificate;  // null: it presented none
};

// A request as it waits for its answer. What `request` points into lives as long as this.
struct HttpExchange {
  virtual ~HttpExchange() = default;

  // Has `then` called on the server's thread in so long, and holds nobody up; any thread. Not at
  // all if the server is gone by then.
  virtual void After(int64_t ms, std::function<void()> then) const = 0;

  rest::Request request;
  rest::Target target;  // request.target, parsed
  Peer peer;
  std::string request_id;  // empty unless the wording is AWS's
};

class HttpStream;  // service/http/stream.h

// A request that is granted that its connection becomes something else.
struct HttpUpgrade {
  std::string answer;  // head of the answer, which is 101
  // Is handed the connection once the answer is sent, on the server's thread, and what came behind
  // the request. The connection does not count among the server's any more.
  std::function<void(std::shared_ptr<HttpStream>, std::string)> take;
};

// Raises the limit of open files as far as it goes, and lowers the bounds on connections, in the
// log too, until there are files left for everything else. For who serves many.
void FitToFiles(HttpSettings& settings, Log& log);

class HttpServer {
 public:
  // Gives the answer, once and at any time, from any thread. The exchange is valid until then.
  using Respond = std::function<void(rest::Answer)>;
  // What an upgrade is granted, or why not.
  using Upgrade = std::variant<HttpUpgrade, rest::Error>;
  // What is called on the server's thread for each request.
  struct Handlers {
    // First, and from the head alone: nothing if it is not at a path where connections become
    // something else. A request that is is never handed to the others. May be null.
    std::function<std::optional<Upgrade>(const HttpExchange&)> upgrade = nullptr;
    // Before a body is read: why it need not be, or nothing. The exchange has no body.
    std::function<std::optional<rest::Error>(const HttpExchange&)> judge_head;
    std::function<void(std::shared_ptr<const HttpExchange>, Respond)> handle;
    HttpLoop* loop = nullptr;  // bound to the server while it lives; null: nobody needs one
  };

  // Listens until it is destroyed. `log` outlives it. Fails, naming the flag, if a port cannot be
  // had or a certificate, key or CA not be used.
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(HttpSettings settings, Handlers handlers,
                                                           Log& log);

  // Reads certificate, key and CA again and puts them in force for new connections, if they are
  // right; else what was stays, and the status and the log say why. Any thread.
  absl::Status RereadCertificates();

  // Waits for the thread; connections are cut.
  ~HttpServer();

 private:
  struct Server;
  explicit HttpServer(std::unique_ptr<Server> server);

  std::unique_ptr<Server> server_;
};

}  // namespace service
