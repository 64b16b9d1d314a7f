#include "service/http/connection.h"

#include <openssl/ssl.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl.hpp>
#include <chrono>
#include <optional>
#include <utility>

#include "identity/certificate.h"
#include "rest/error.h"
#include "rest/signature.h"
#include "service/http/exchange.h"
#include "service/http/framing.h"
#include "service/http/stream.h"
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

constexpr size_t kReadBytes = 4096;
constexpr size_t kBufferBytesMax = kHttpHeaderBytesMax + 16 * 1024;
constexpr size_t kLingerBytesMax = 1 << 20;

// Head → body → handler → answer → head …, one request at a time, until one is granted that the
// connection is somebody else's.
template <class Stream>
class Connection : public HttpConnection,
                   public HttpStream,
                   public std::enable_shared_from_this<Connection<Stream>> {
 public:
  template <class... Arguments>
  Connection(HttpShared& shared, HttpVisitor visitor, Arguments&&... arguments)
      : shared_(shared),
        place_(std::move(visitor.place)),
        port_(visitor.port),
        stream_(std::move(visitor.socket), std::forward<Arguments>(arguments)...) {
    peer_.address = std::move(visitor.address);
  }

  void Start() {
    shared_.connections.insert(this->shared_from_this());
    ErrorCode error;
    Lowest().socket().set_option(Tcp::no_delay(true), error);
    if constexpr (std::is_same_v<Stream, Tls>) {
      ExpireAfter(kHttpHandshakeSeconds);
      stream_.async_handshake(asio::ssl::stream_base::server, Then([this] { OnHandshake(); }));
    } else {
      Next();
    }
  }

  // For whom it has been taken over by.
  asio::any_io_executor executor() override { return Lowest().get_executor(); }
  void ReadSome(asio::mutable_buffer into, Done done) override {
    stream_.async_read_some(into, std::move(done));
  }
  void Write(asio::const_buffer from, Done done) override {
    asio::async_write(stream_, from, std::move(done));
  }

  // Ends the connection so that the peer can still read the last answer: a close with bytes unread
  // would take it away.
  void Finish() override {
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

  void Close() override {
    FreeBody();
    Lowest().close();
    shared_.connections.erase(this->shared_from_this());
  }

 private:
  beast::tcp_stream& Lowest() { return beast::get_lowest_layer(stream_); }
  bool words_as_aws() const { return shared_.settings.wording == HttpWording::kAws; }
  void ExpireAfter(int seconds) { Lowest().expires_after(std::chrono::seconds(seconds)); }

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
    is_head_ = false;
    if (buffer_.size() > 0) return BeginHead(buffer_.size());
    ExpireAfter(kHttpIdleSeconds);
    Read(&Connection::BeginHead);
  }

  // Goes on with how many bytes came.
  void Read(void (Connection::*then)(size_t)) {
    const size_t room = std::min(kReadBytes, buffer_.max_size() - buffer_.size());
    if (room == 0) return Fail(http::error::buffer_overflow);
    stream_.async_read_some(buffer_.prepare(room), [self = this->shared_from_this(), then](
                                                       const ErrorCode& error, size_t bytes) {
      if (error) return self->Close();
      self->buffer_.commit(bytes);
      ((*self).*then)(bytes);
    });
  }

  ErrorCode Parse() {
    ErrorCode error;
    buffer_.consume(exchange_->parser.put(buffer_.data(), error));
    return error;
  }

  void BeginHead(size_t fresh) {
    ExpireAfter(kHttpRequestSeconds);
    exchange_ = std::make_shared<Exchange>(Lowest().get_executor());
    exchange_->peer = peer_;
    if (words_as_aws()) exchange_->request_id = rest::NewRequestId();
    exchange_->parser.header_limit(kHttpHeaderBytesMax);
    exchange_->parser.body_limit(shared_.settings.body_bytes_max);
    GoOnWithHead(fresh);
  }

  void GoOnWithHead(size_t fresh) {
    const absl::string_view held = View(buffer_);
    if (exchange_->lines.Fold(held.substr(held.size() - fresh))) {
      return Refuse(rest::InvalidRequest("A header must be on one line"));
    }
    const ErrorCode error = Parse();
    if (error == http::error::need_more) return Read(&Connection::GoOnWithHead);
    error ? Fail(error) : OnHead();
  }

  void OnHead() {
    auto& parser = exchange_->parser;
    TakeHead(*exchange_);
    is_head_ = exchange_->request.method == "HEAD";
    keep_alive_ = parser.keep_alive();
    if (auto error = Judge()) return Refuse(*error);
    if (upgrade_) return Upgrade();
    if (parser.is_done()) return Handle();
    parser.eager(true);
    if (!exchange_->request.Find("expect")) return GoOnWithBody(buffer_.size());
    out_ = "HTTP/1.1 100 Continue\r\n\r\n";
    asio::async_write(stream_, asio::buffer(out_), Then([this] { GoOnWithBody(buffer_.size()); }));
  }

  // What is wrong with the head, by anybody's rules, a browser's, and the handler's: who is refused
  // anyway sends no body first.
  std::optional<rest::Error> Judge() {
    HttpExchange& exchange = *exchange_;
    if (auto error = JudgeHead(exchange.request, exchange_->parser.get().version())) return error;
    auto target = rest::ParseTarget(exchange.request.target);
    if (!target) return rest::InvalidRequest("The path or query is malformed");
    exchange.target = *std::move(target);
    const bool is_signed = shared_.settings.auth == HttpAuth::kRequired &&
                           rest::IsSigned(exchange.request, exchange.target);
    if (auto error = rest::GuardAgainstPages(
            exchange.request, port_,
            {.certificate = peer_.certificate != nullptr, .signature = is_signed})) {
      return error;
    }
    if (shared_.handlers.upgrade) upgrade_ = shared_.handlers.upgrade(exchange);
    if (upgrade_ || exchange_->parser.is_done()) return std::nullopt;
    return shared_.handlers.judge_head(exchange);
  }

  // The head has asked for it, and was judged.
  void Upgrade() {
    auto asked = *std::exchange(upgrade_, std::nullopt);
    if (!exchange_->parser.is_done()) {
      return Refuse(rest::InvalidRequest("A request here has no body"));
    }
    if (const auto* const error = std::get_if<rest::Error>(&asked)) {
      request_id_ = exchange_->request_id;
      exchange_.reset();
      rest::Answer answer = rest::WordError(*error, request_id_);
      answer.for_any_page = true;
      return Write(answer);
    }
    exchange_.reset();
    auto& granted = std::get<HttpUpgrade>(asked);
    out_ = std::move(granted.answer);
    ExpireAfter(kHttpWriteSeconds);
    asio::async_write(stream_, asio::buffer(out_), Then([this, take = std::move(granted.take)] {
                        Lowest().expires_never();
                        place_.reset();
                        std::string behind(View(buffer_));
                        buffer_.clear();
                        take(this->shared_from_this(), std::move(behind));
                      }));
  }

  void GoOnWithBody(size_t fresh) {
    if (fresh == 0) return Read(&Connection::GoOnWithBody);
    const ErrorCode error = Parse();
    if (error && error != http::error::need_more) return Fail(error);
    const size_t arrived = exchange_->parser.get().body().size();
    shared_.body_bytes += arrived - std::exchange(body_bytes_, arrived);
    if (shared_.body_bytes > kHttpBodiesBytesMax) {
      return Refuse(rest::Unavailable("Too many requests are being read"));
    }
    exchange_->parser.is_done() ? Handle() : Read(&Connection::GoOnWithBody);
  }

  void Handle() {
    Lowest().expires_never();
    const std::shared_ptr<Exchange> exchange = std::move(exchange_);
    exchange->request.body = View(exchange->parser.get().body());
    request_id_ = exchange->request_id;
    // Whoever answers may do so when the server is gone.
    shared_.handlers.handle(exchange, [weak = this->weak_from_this(),
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
    Refuse(JudgeFailure(error, shared_.settings.body_bytes_max));
  }

  // Where the next request would begin is not known any more, so there is none.
  void Refuse(const rest::Error& error) {
    keep_alive_ = false;
    request_id_ = exchange_->request_id;
    exchange_.reset();
    Write(words_as_aws() ? rest::WordError(error, request_id_) : rest::WordErrorAsText(error));
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

  HttpShared& shared_;
  std::optional<Crowd::Place> place_;  // until it is taken over
  const rest::PortNames& port_;
  Stream stream_;
  Peer peer_;
  beast::flat_buffer buffer_{kBufferBytesMax};
  std::shared_ptr<Exchange> exchange_;  // being read
  std::optional<HttpServer::Upgrade> upgrade_;
  std::string out_;  // being written
  std::string request_id_;
  size_t body_bytes_ = 0;  // its part of shared_.body_bytes
  bool keep_alive_ = false;
  bool is_head_ = false;
};

}  // namespace

void ServePlain(HttpVisitor visitor, HttpShared& shared) {
  std::make_shared<Connection<Plain>>(shared, std::move(visitor))->Start();
}

void ServeTls(HttpVisitor visitor, asio::ssl::context& tls, HttpShared& shared) {
  std::make_shared<Connection<Tls>>(shared, std::move(visitor), tls)->Start();
}

}  // namespace service
