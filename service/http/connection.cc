#include "service/http/connection.h"

#include <openssl/ssl.h>

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/ssl.hpp>
#include <chrono>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "identity/certificate.h"
#include "rest/error.h"
#include "service/http/text.h"

namespace service {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using Tcp = asio::ip::tcp;
using Plain = beast::tcp_stream;
using Tls = beast::ssl_stream<beast::tcp_stream>;
using ErrorCode = beast::error_code;
using Parser = http::request_parser<http::string_body>;

constexpr size_t kReadBytes = 4096;
constexpr size_t kBufferBytesMax = kHttpHeaderBytesMax + 16 * 1024;
constexpr size_t kLingerBytesMax = 1 << 20;

absl::string_view View(boost::beast::string_view text) { return {text.data(), text.size()}; }

// A request with the bytes that it points into.
struct Exchange : HttpExchange {
  http::request<http::string_body> message;
};

std::shared_ptr<Exchange> MakeExchange(http::request<http::string_body> message, const Peer& peer) {
  auto exchange = std::make_shared<Exchange>();
  exchange->message = std::move(message);
  exchange->peer = peer;
  exchange->request_id = rest::NewRequestId();
  exchange->request.method = View(exchange->message.method_string());
  exchange->request.target = View(exchange->message.target());
  exchange->request.body = exchange->message.body();
  for (const auto& field : exchange->message) {
    exchange->request.headers.push_back({View(field.name_string()), View(field.value())});
  }
  return exchange;
}

// What a careful server refuses though the parser takes it, or nothing.
std::optional<rest::Error> JudgeHead(const http::request<http::string_body>& head) {
  if (head.version() != 11 && head.version() != 10) {
    return rest::InvalidRequest("The HTTP version must be 1.1 or 1.0");
  }
  size_t hosts = 0;
  size_t headers = 0;
  for (const auto& field : head) {
    ++headers;
    if (field.name() == http::field::host) ++hosts;
    if (field.name() == http::field::transfer_encoding &&
        (head.version() == 10 || !absl::EqualsIgnoreCase(View(field.value()), "chunked"))) {
      return rest::InvalidRequest("The only Transfer-Encoding is chunked");
    }
    if (field.name() == http::field::expect &&
        !absl::EqualsIgnoreCase(View(field.value()), "100-continue")) {
      return rest::InvalidRequest("The only expectation is 100-continue");
    }
  }
  if (headers > kHttpHeadersMax) {
    return rest::InvalidRequest(
        absl::StrCat("A request has at most ", kHttpHeadersMax, " headers"));
  }
  if (hosts > 1 || (hosts == 0 && head.version() == 11)) {
    return rest::InvalidRequest("There must be one Host header");
  }
  return std::nullopt;
}

// What is said to a request that could not be read; nothing: nobody is there to be told.
std::optional<rest::Error> JudgeFailure(const ErrorCode& error, size_t body_bytes_max) {
  if (error == http::error::body_limit) return rest::TooLarge(body_bytes_max);
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return rest::InvalidRequest(absl::StrCat("The request line and headers are larger than ",
                                             kHttpHeaderBytesMax, " bytes"));
  }
  if (error == http::error::end_of_stream || error == http::error::partial_message ||
      error.category() != http::make_error_code(http::error::bad_method).category()) {
    return std::nullopt;
  }
  return rest::InvalidRequest(
      absl::StrCat("The request is not well-formed HTTP: ", error.message()));
}

// Head → body → handler → answer → head …, one request at a time.
template <class Stream>
class Connection : public HttpConnection, public std::enable_shared_from_this<Connection<Stream>> {
 public:
  template <class... Arguments>
  explicit Connection(HttpShared& shared, Arguments&&... arguments)
      : shared_(shared), stream_(std::forward<Arguments>(arguments)...) {}

  void Start() {
    shared_.connections.insert(this->shared_from_this());
    ErrorCode error;
    const auto remote = Lowest().socket().remote_endpoint(error);
    if (error) return Close();
    peer_.address = AddressText(remote.address());
    Lowest().socket().set_option(Tcp::no_delay(true), error);
    if constexpr (std::is_same_v<Stream, Tls>) {
      ExpireAfter(kHttpHandshakeSeconds);
      stream_.async_handshake(asio::ssl::stream_base::server, Then([this] { OnHandshake(); }));
    } else {
      Next();
    }
  }

 private:
  beast::tcp_stream& Lowest() { return beast::get_lowest_layer(stream_); }
  void ExpireAfter(int seconds) { Lowest().expires_after(std::chrono::seconds(seconds)); }

  static std::string AddressText(const asio::ip::address& address) {
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
      return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
    }
    return address.to_string();
  }

  // A completion handler that goes on, or closes on any error.
  template <class Body>
  auto Then(Body body) {
    return [self = this->shared_from_this(), body](const ErrorCode& error, auto&&...) {
      if (error) return self->Close();
      body();
    };
  }

  void OnHandshake() {
    peer_.secure = true;
    if constexpr (std::is_same_v<Stream, Tls>) {
      SSL* const ssl = stream_.native_handle();
      const char* const name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
      if (name != nullptr) peer_.server_name = name;
      const identity::X509Ptr certificate(SSL_get1_peer_certificate(ssl));
      if (certificate != nullptr) {
        peer_.certificate =
            std::make_shared<const policy::CertificateFacts>(identity::FactsOf(*certificate));
      }
    }
    Next();
  }

  void Next() {
    parser_.reset();
    if (buffer_.size() > 0) return ReadHead();
    ExpireAfter(kHttpIdleSeconds);
    stream_.async_read_some(buffer_.prepare(kReadBytes), [self = this->shared_from_this()](
                                                             const ErrorCode& error, size_t bytes) {
      if (error) return self->Close();
      self->buffer_.commit(bytes);
      self->ReadHead();
    });
  }

  void ReadHead() {
    parser_.emplace();
    parser_->header_limit(kHttpHeaderBytesMax);
    parser_->body_limit(shared_.settings.body_bytes_max);
    ExpireAfter(kHttpRequestSeconds);
    http::async_read_header(stream_, buffer_, *parser_,
                            [self = this->shared_from_this()](const ErrorCode& error, size_t) {
                              error ? self->Fail(error) : self->OnHead();
                            });
  }

  void OnHead() {
    if (auto error = JudgeHead(parser_->get())) return RefuseAndClose(*error);
    if (parser_->is_done()) return Handle();
    const auto length = parser_->content_length();
    body_bytes_ = length ? static_cast<size_t>(*length) : shared_.settings.body_bytes_max;
    if (shared_.body_bytes + body_bytes_ > kHttpBodiesBytesMax) {
      body_bytes_ = 0;
      return RefuseAndClose(rest::Unavailable("Too many requests are being read"));
    }
    shared_.body_bytes += body_bytes_;
    if (parser_->get().find(http::field::expect) == parser_->get().end()) return ReadBody();
    out_ = "HTTP/1.1 100 Continue\r\n\r\n";
    asio::async_write(stream_, asio::buffer(out_), Then([this] { ReadBody(); }));
  }

  void ReadBody() {
    http::async_read(stream_, buffer_, *parser_,
                     [self = this->shared_from_this()](const ErrorCode& error, size_t) {
                       error ? self->Fail(error) : self->Handle();
                     });
  }

  void Handle() {
    Lowest().expires_never();
    keep_alive_ = parser_->keep_alive();
    const auto exchange = MakeExchange(parser_->release(), peer_);
    is_head_ = exchange->request.method == "HEAD";
    request_id_ = exchange->request_id;
    // Whoever answers may do so when the server is gone.
    shared_.handler(exchange, [weak = this->weak_from_this(),
                               executor = Lowest().get_executor()](rest::Answer answer) {
      asio::post(executor, [weak, answer = std::move(answer)] {
        if (const auto self = weak.lock()) self->Write(answer);
      });
    });
  }

  void Write(const rest::Answer& answer) {
    FreeBody();
    out_ = ResponseText(answer, request_id_, keep_alive_, is_head_);
    ExpireAfter(kHttpWriteSeconds);
    asio::async_write(stream_, asio::buffer(out_),
                      Then([this] { keep_alive_ ? Next() : Finish(); }));
  }

  void Fail(const ErrorCode& error) {
    const auto refusal = JudgeFailure(error, shared_.settings.body_bytes_max);
    refusal ? RefuseAndClose(*refusal) : Close();
  }

  // Where the next request would begin is not known any more, so there is none.
  void RefuseAndClose(const rest::Error& error) {
    keep_alive_ = false;
    is_head_ = false;
    request_id_ = rest::NewRequestId();
    Write(rest::WordError(error, request_id_));
  }

  // Ends the connection so that the peer can still read the last answer: a close with bytes unread
  // would take it away.
  void Finish() {
    ExpireAfter(kHttpLingerSeconds);
    if constexpr (std::is_same_v<Stream, Tls>) {
      // Says close_notify, without which the peer would take the end for an attacker's cut, and
      // waits for the peer's; that it has something else to say is no matter.
      stream_.async_shutdown(
          [self = this->shared_from_this()](const ErrorCode&) { self->EndSending(); });
    } else {
      EndSending();
    }
  }

  void EndSending() {
    ErrorCode error;
    Lowest().socket().shutdown(Tcp::socket::shutdown_send, error);
    Drain(0);
  }

  void Drain(size_t drained) {
    if (drained > kLingerBytesMax) return Close();
    buffer_.clear();
    Lowest().async_read_some(
        buffer_.prepare(kReadBytes),
        [self = this->shared_from_this(), drained](const ErrorCode& error, size_t bytes) {
          error ? self->Close() : self->Drain(drained + bytes);
        });
  }

  void FreeBody() { shared_.body_bytes -= std::exchange(body_bytes_, 0); }

  void Close() {
    FreeBody();
    Lowest().close();
    shared_.connections.erase(this->shared_from_this());
  }

  HttpShared& shared_;
  Stream stream_;
  Peer peer_;
  beast::flat_buffer buffer_{kBufferBytesMax};
  std::optional<Parser> parser_;
  std::string out_;  // being written
  std::string request_id_;
  size_t body_bytes_ = 0;  // its part of shared_.body_bytes
  bool keep_alive_ = false;
  bool is_head_ = false;
};

}  // namespace

void ServePlain(Tcp::socket socket, HttpShared& shared) {
  std::make_shared<Connection<Plain>>(shared, std::move(socket))->Start();
}

void ServeTls(Tcp::socket socket, asio::ssl::context& tls, HttpShared& shared) {
  std::make_shared<Connection<Tls>>(shared, std::move(socket), tls)->Start();
}

}  // namespace service
