// One HTTP connection, from its first byte to its close. For http_server.cc alone.
//
// Thread rule: the server's thread.
#pragma once

// Callbacks are used throughout; Boost 1.74's coroutines do not know the compilers' final ones.
#define BOOST_ASIO_DISABLE_CO_AWAIT

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <memory>

#include "absl/container/flat_hash_set.h"
#include "service/http/server.h"

namespace service {

// What the server holds of each connection: it lives until it is forgotten.
class HttpConnection {
 public:
  virtual ~HttpConnection() = default;
};

// What all connections share.
struct HttpShared {
  const HttpSettings& settings;
  const HttpServer::Handler handler;
  absl::flat_hash_set<std::shared_ptr<HttpConnection>> connections{};
  size_t body_bytes = 0;  // of all bodies that are being read or handled
};

// Serves the connection; it is in shared.connections while it lives. `shared` outlives it.
void ServePlain(boost::asio::ip::tcp::socket socket, HttpShared& shared);
void ServeTls(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context& tls,
              HttpShared& shared);

}  // namespace service
