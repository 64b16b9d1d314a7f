// One HTTP connection, from its first byte to its close. For server.cc alone.
//
// Thread rule: the server's thread.
#pragma once

// Callbacks are used throughout; Boost 1.74's coroutines do not know the compilers' final ones.
#define BOOST_ASIO_DISABLE_CO_AWAIT

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "rest/web_guard.h"
#include "service/http/crowd.h"
#include "service/http/server.h"

namespace service {

// What the server holds of each connection: it lives until it is forgotten.
class HttpConnection {
 public:
  virtual ~HttpConnection() = default;
};

// What all connections share.
struct HttpShared {
  const HttpSettings settings;
  const HttpServer::Handlers handlers;
  Crowd crowd{settings.connections_max, settings.connections_per_address_max};
  size_t body_bytes = 0;  // of all bodies, as far as they have arrived, until they are answered
  absl::flat_hash_set<std::shared_ptr<HttpConnection>> connections{};
};

// Somebody who has come, and was let into the crowd.
struct HttpVisitor {
  boost::asio::ip::tcp::socket socket;
  std::string address;
  Crowd::Place place;
  const rest::PortNames& port;  // that it has come to; outlives it
};

// Serves the connection; it is in shared.connections while it lives. `shared` outlives it.
void ServePlain(HttpVisitor visitor, HttpShared& shared);
void ServeTls(HttpVisitor visitor, boost::asio::ssl::context& tls, HttpShared& shared);

}  // namespace service
