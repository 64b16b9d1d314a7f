// A connection to the broker: TCP without Nagle's delay, with TLS or without. Never blocks.
#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "bench/shadowbench/options.h"

namespace bench {

struct SslContextDeleter {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using SslContext = std::unique_ptr<SSL_CTX, SslContextDeleter>;

// What connections of one run share; null where they speak plain TCP. An error names the file.
absl::StatusOr<SslContext> MakeSslContext(const TlsFiles& files);

class Stream {
 public:
  // Begins to connect. The context outlives the stream; null: plain TCP.
  static absl::StatusOr<Stream> Connect(const Options& options, SSL_CTX* context);
  Stream(Stream&& other) noexcept;
  Stream& operator=(Stream&&) = delete;
  ~Stream();

  int fd() const { return fd_; }

  // How many bytes were moved; 0: none for now. Unavailable: the connection is gone.
  absl::StatusOr<size_t> Read(char* room, size_t size);
  absl::StatusOr<size_t> Write(absl::string_view bytes);

  // True if what has arrived may be more than one Read gives.
  bool reads_in_records() const { return ssl_ != nullptr; }

 private:
  Stream(int fd, SSL* ssl) : fd_(fd), ssl_(ssl) {}
  absl::StatusOr<size_t> TlsResult(int result) const;

  int fd_;
  SSL* ssl_;
};

}  // namespace bench
