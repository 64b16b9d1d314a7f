#include "bench/shadowbench/stream.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"

namespace bench {
namespace {

absl::Status Gone(absl::string_view why) {
  return absl::UnavailableError(absl::StrCat("the connection to the broker is gone: ", why));
}

absl::StatusOr<size_t> PlainResult(ssize_t result) {
  if (result >= 0) return static_cast<size_t>(result);
  // Until the connection stands a write says ENOTCONN or EAGAIN.
  if (errno == EAGAIN || errno == EINTR || errno == ENOTCONN) return size_t{0};
  return Gone(std::strerror(errno));
}

}  // namespace

absl::StatusOr<SslContext> MakeSslContext(const TlsFiles& files) {
  if (files.ca.empty()) return SslContext();
  SslContext context(SSL_CTX_new(TLS_client_method()));
  if (context == nullptr) return absl::InternalError("OpenSSL gives no context");
  if (SSL_CTX_load_verify_locations(context.get(), files.ca.c_str(), nullptr) != 1) {
    return absl::NotFoundError(absl::StrCat("no CA certificate in ", files.ca));
  }
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_mode(context.get(),
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  if (files.certificate.empty()) return context;
  if (SSL_CTX_use_certificate_chain_file(context.get(), files.certificate.c_str()) != 1) {
    return absl::NotFoundError(absl::StrCat("no certificate in ", files.certificate));
  }
  if (SSL_CTX_use_PrivateKey_file(context.get(), files.key.c_str(), SSL_FILETYPE_PEM) != 1) {
    return absl::NotFoundError(absl::StrCat("no key of that certificate in ", files.key));
  }
  return context;
}

absl::StatusOr<Stream> Stream::Connect(const Options& options, SSL_CTX* context) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const std::string port = absl::StrCat(options.port);
  if (const int error = getaddrinfo(options.host.c_str(), port.c_str(), &hints, &found);
      error != 0) {
    return absl::NotFoundError(absl::StrCat("host ", options.host, ": ", gai_strerror(error)));
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> addresses(found, &freeaddrinfo);

  const int fd = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return absl::ResourceExhaustedError(absl::StrCat("no socket: ", std::strerror(errno)));
  Stream stream(fd, nullptr);
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  if (connect(fd, found->ai_addr, found->ai_addrlen) != 0 && errno != EINPROGRESS) {
    return absl::UnavailableError(
        absl::StrCat("no broker on ", options.host, ":", port, ": ", std::strerror(errno)));
  }
  if (context != nullptr) {
    stream.ssl_ = SSL_new(context);
    if (stream.ssl_ == nullptr) return absl::ResourceExhaustedError("OpenSSL gives no connection");
    SSL_set_fd(stream.ssl_, fd);
    SSL_set_connect_state(stream.ssl_);
  }
  return stream;
}

Stream::Stream(Stream&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), ssl_(std::exchange(other.ssl_, nullptr)) {}

Stream::~Stream() {
  SSL_free(ssl_);
  if (fd_ >= 0) close(fd_);
}

absl::StatusOr<size_t> Stream::Read(char* room, size_t size) {
  if (ssl_ != nullptr) return TlsResult(SSL_read(ssl_, room, static_cast<int>(size)));
  const ssize_t result = recv(fd_, room, size, 0);
  if (result == 0) return Gone("the broker closed it");
  return PlainResult(result);
}

absl::StatusOr<size_t> Stream::Write(absl::string_view bytes) {
  if (ssl_ != nullptr) {
    return TlsResult(SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())));
  }
  return PlainResult(send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
}

absl::StatusOr<size_t> Stream::TlsResult(int result) const {
  if (result > 0) return static_cast<size_t>(result);
  switch (SSL_get_error(ssl_, result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return size_t{0};
    case SSL_ERROR_ZERO_RETURN:
      return Gone("the broker closed it");
    default: {
      const unsigned long error = ERR_get_error();
      ERR_clear_error();
      return Gone(error == 0 ? "the broker cut it" : ERR_reason_error_string(error));
    }
  }
}

}  // namespace bench
