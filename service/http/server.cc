#include "service/http/server.h"

#include <openssl/ssl.h>
#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <optional>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "identity/certificate.h"
#include "service/http/client_hello.h"
#include "service/http/connection.h"
#include "service/http/loop_state.h"

namespace service {
namespace {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;
using Tcp = asio::ip::tcp;

constexpr auto kAcceptRetry = std::chrono::milliseconds(100);
constexpr auto kWarnEvery = std::chrono::seconds(10);
constexpr size_t kOtherFiles = 512;      // the store's, the link's and the logs'
constexpr size_t kFilesOfWebSocket = 2;  // one of them to the broker

absl::Status Refused(absl::string_view flag, const std::string& value, const ErrorCode& error) {
  return absl::InvalidArgumentError(absl::StrCat("--", flag, ": ", value, ": ", error.message()));
}

// A client that offers protocols gets AWS's or the plain one, whichever it has.
int ChooseProtocol(SSL*, const unsigned char** out, unsigned char* out_size,
                   const unsigned char* in, unsigned in_size, void*) {
  static constexpr unsigned char kOurs[] = "\x0ex-amzn-http-ca\x08http/1.1";
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, kOurs, sizeof kOurs - 1, in, in_size) !=
      OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_NOACK;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

// Before it is decided whether a certificate is asked for.
int LookAtHello(SSL* ssl, int*, void*) {
  const unsigned char* bytes = nullptr;
  size_t size = SSL_client_hello_get0_ciphers(ssl, &bytes);
  const absl::string_view ciphers(reinterpret_cast<const char*>(bytes), size);
  if (SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_application_layer_protocol_negotiation, &bytes,
                                &size) == 1 &&
      OpensWebSocketInChromium(ciphers, {reinterpret_cast<const char*>(bytes), size})) {
    SSL_set_verify(ssl, SSL_VERIFY_NONE, nullptr);
  }
  return SSL_CLIENT_HELLO_SUCCESS;
}

absl::StatusOr<asio::ssl::context> NewTls(const HttpSettings& settings) {
  asio::ssl::context tls(asio::ssl::context::tls_server);
  SSL_CTX* const context = tls.native_handle();
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  // No session is taken up again: each connection shows its certificate anew.
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_alpn_select_cb(context, ChooseProtocol, nullptr);
  SSL_CTX_set_client_hello_cb(context, LookAtHello, nullptr);
  ErrorCode error;
  tls.use_certificate_chain_file(settings.certificate_file, error);
  if (error) return Refused("https_cert", settings.certificate_file, error);
  tls.use_private_key_file(settings.key_file, asio::ssl::context::pem, error);
  if (error) return Refused("https_key", settings.key_file, error);
  if (settings.client_ca_file.empty()) return tls;
  tls.load_verify_file(settings.client_ca_file, error);
  STACK_OF(X509_NAME)* const names = SSL_load_client_CA_file(settings.client_ca_file.c_str());
  if (error || names == nullptr) return Refused("https_client_ca", settings.client_ca_file, error);
  SSL_CTX_set_client_CA_list(context, names);
  // Asked for, not required: SDKs that sign have none.
  tls.set_verify_mode(asio::ssl::verify_peer, error);
  return tls;
}

// Adds what the certificate is for.
void AddNames(asio::ssl::context& tls, std::vector<std::string>& names) {
  const auto facts = identity::FactsOf(*SSL_CTX_get0_certificate(tls.native_handle()));
  for (const auto kind : {policy::AlternativeName::kDnsName, policy::AlternativeName::kIpAddress}) {
    const auto& values = facts.subject_alternative[static_cast<size_t>(kind)];
    names.insert(names.end(), values.begin(), values.end());
  }
}

// An IPv4 address that came as an IPv6 one is told as what it is.
asio::ip::address Unmapped(const asio::ip::address& address) {
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address;
  return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
}

// What counts as one place: an IPv4 address, or the network of 64 bits that a host with IPv6 has
// all addresses of.
std::string PlaceOf(const asio::ip::address& address) {
  if (address.is_v4()) return address.to_string();
  return asio::ip::make_network_v6(address.to_v6(), 64).network().to_string();
}

}  // namespace

void FitToFiles(HttpSettings& settings, Log& log) {
  rlimit files = {};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  const size_t room = files.rlim_max > 2 * kOtherFiles ? files.rlim_max - kOtherFiles : kOtherFiles;
  if (room >= settings.connections_max + kFilesOfWebSocket * settings.websockets_max) return;
  settings.websockets_max = std::min(settings.websockets_max, room / 2 / kFilesOfWebSocket);
  settings.connections_max =
      std::min(settings.connections_max, room - kFilesOfWebSocket * settings.websockets_max);
  log.Warning("http_connections_lowered", {{"connections_max", settings.connections_max},
                                           {"websocket_connections_max", settings.websockets_max},
                                           {"cause", "the limit of open files (ulimit -n)"}});
}

struct HttpServer::Server {
  // What is listened on.
  struct Port {
    Tcp::acceptor acceptor;
    bool secure;
    std::string address;  // as it was given, perhaps a name
    rest::PortNames names;
  };

  Server(HttpSettings settings, Handlers handlers, Log& to)
      : log(to), shared{.settings = std::move(settings), .handlers = std::move(handlers)} {}

  ~Server() {
    if (HttpLoop* const loop = shared.handlers.loop; loop != nullptr) loop->state().Bind({});
    io.stop();
    if (thread.joinable()) thread.join();
    shared.connections.clear();
  }

  // At all addresses of a name.
  absl::Status Listen(absl::string_view flag, const std::string& address, int port, bool secure) {
    ErrorCode error;
    const auto found = Tcp::resolver(io).resolve(address, "", Tcp::resolver::passive, error);
    if (error || found.empty()) return Refused("https_address", address, error);
    std::set<asio::ip::address> places;  // a name may give one several times
    for (const auto& entry : found) places.insert(entry.endpoint().address());
    for (const asio::ip::address& place : places) {
      Port& listening = ports.emplace_back(Port{Tcp::acceptor(io), secure, address, {}});
      listening.names.address = place.to_string();
      Tcp::acceptor& acceptor = listening.acceptor;
      const Tcp::endpoint endpoint(place, static_cast<unsigned short>(port));
      acceptor.open(endpoint.protocol(), error);
      if (!error) acceptor.set_option(Tcp::acceptor::reuse_address(true), error);
      if (!error) acceptor.bind(endpoint, error);
      if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
      if (error) {
        const std::string host = place.is_v6() ? absl::StrCat("[", address, "]") : address;
        return Refused(flag, absl::StrCat(host, ":", port, " cannot be listened on"), error);
      }
    }
    return absl::OkStatus();
  }

  // All ports go by the names of the certificate, that without TLS too: a proxy may be before it.
  void NamePorts() {
    std::vector<std::string> names = shared.settings.hosts;
    if (tls) AddNames(*tls, names);
    for (Port& port : ports) {
      port.names.names = names;
      port.names.names.push_back(port.address);
      port.names.pages = shared.settings.pages;
    }
  }

  void Accept(Port& port) {
    port.acceptor.async_accept([this, &port](const ErrorCode& error, Tcp::socket socket) {
      if (error) return AcceptLater(port);
      Admit(std::move(socket), port);
      Accept(port);
    });
  }

  void Admit(Tcp::socket socket, const Port& port) {
    ErrorCode error;
    const auto address = Unmapped(socket.remote_endpoint(error).address());
    if (error) return;  // it has gone
    const std::string from = PlaceOf(address);
    auto place = shared.crowd.Enter(from);
    if (!place) return WarnOfCrowd(from);
    HttpVisitor visitor{std::move(socket), address.to_string(), *std::move(place), port.names};
    port.secure ? ServeTls(std::move(visitor), *tls, shared)
                : ServePlain(std::move(visitor), shared);
  }

  // There are no descriptors left, most likely.
  void AcceptLater(Port& port) {
    WarnOfCrowd("");
    auto timer = std::make_shared<asio::steady_timer>(io, kAcceptRetry);
    timer->async_wait([this, &port, timer](const ErrorCode& error) {
      if (!error) Accept(port);
    });
  }

  void WarnOfCrowd(absl::string_view from) {
    const auto now = std::chrono::steady_clock::now();
    if (now - warned < kWarnEvery) return;
    warned = now;
    log.Warning("http_connections_refused", {{"connections", shared.crowd.size()},
                                             {"from", from},
                                             {"connections_from", shared.crowd.size_from(from)}});
  }

  Log& log;
  HttpShared shared;
  std::optional<asio::ssl::context> tls;  // of new connections
  asio::io_context io{1};                 // goes before what its handlers hold
  std::deque<Port> ports;
  std::chrono::steady_clock::time_point warned{};
  std::thread thread;
};

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(HttpSettings settings,
                                                              Handlers handlers, Log& log) {
  auto server = std::make_unique<Server>(std::move(settings), std::move(handlers), log);
  const HttpSettings& ours = server->shared.settings;
  if (ours.tls_port != 0) {
    auto tls = NewTls(ours);
    if (!tls.ok()) return tls.status();
    server->tls = *std::move(tls);
    if (auto s = server->Listen("https_port", ours.address, ours.tls_port, true); !s.ok()) return s;
  }
  if (ours.plain_port != 0) {
    if (auto s = server->Listen(ours.plain_flag, ours.plain_address, ours.plain_port, false);
        !s.ok()) {
      return s;
    }
  }
  server->NamePorts();
  for (auto& port : server->ports) server->Accept(port);
  if (HttpLoop* const loop = server->shared.handlers.loop; loop != nullptr) {
    loop->state().Bind(server->io.get_executor());
  }
  server->thread = std::thread([io = &server->io] { io->run(); });
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(server)));
}

absl::Status HttpServer::RereadCertificates() {
  if (server_->shared.settings.tls_port == 0) return absl::OkStatus();
  auto tls = NewTls(server_->shared.settings);
  if (!tls.ok()) {
    server_->log.Error("https_certificate_refused", {{"cause", tls.status().message()}});
    return tls.status();
  }
  // Connections that stand hold what they began with.
  auto shared = std::make_shared<asio::ssl::context>(*std::move(tls));
  asio::post(server_->io, [server = server_.get(), shared] {
    server->tls = std::move(*shared);
    server->NamePorts();
    server->log.Info("https_certificate_read",
                     {{"https_cert", server->shared.settings.certificate_file}});
  });
  return absl::OkStatus();
}

HttpServer::HttpServer(std::unique_ptr<Server> server) : server_(std::move(server)) {}
HttpServer::~HttpServer() = default;

}  // namespace service
