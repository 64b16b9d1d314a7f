#include "service/websocket/text_socket.h"

#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/http/stream.h"
#include "shadow/json.h"

namespace service {
namespace {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;
using Clock = std::chrono::steady_clock;

constexpr size_t kReadBytes = 8 * 1024;
constexpr size_t kCodeBytes = 2;

class Socket : public TextSocket, public std::enable_shared_from_this<Socket> {
 public:
  explicit Socket(std::shared_ptr<HttpStream> stream)
      : stream_(std::move(stream)), pings_(stream_->executor()), end_(stream_->executor()) {}

  void Start(std::shared_ptr<Owner> owner, std::string behind) override {
    owner_ = std::move(owner);
    Ping();
    // Not from within this call, as everything that is told.
    asio::post(stream_->executor(),
               [self = shared_from_this(), behind = std::move(behind)]() mutable {
                 self->Digest({behind.data(), behind.size()});
                 self->Read();
               });
  }

  bool is_sending() const override { return writing_; }

  void Send(absl::string_view message) override {
    if (closing_ || over_) return;
    char head[kFrameHeadBytesMax];
    const size_t bytes = WriteHead(FrameKind::kText, message.size(), head);
    Write(absl::StrCat(absl::string_view(head, bytes), message));
  }

  void Close(CloseCode code, absl::string_view reason) override {
    SayClose(CloseFrame(code, reason));
  }

 private:
  template <class Body>
  auto Then(Body body) {
    return [self = shared_from_this(), body](const ErrorCode& error, size_t bytes = 0) {
      if (!self->over_) body(error, bytes);
    };
  }

  void Read() {
    if (over_ || client_closed_) return;
    stream_->ReadSome(asio::buffer(read_), Then([this](const ErrorCode& error, size_t bytes) {
                        if (error) return End();
                        heard_ = Clock::now();
                        Digest({read_.data(), bytes});
                        Read();
                      }));
  }

  void Digest(absl::Span<char> bytes) {
    for (bool more = true; more && !over_;) more = Digest(frames_.Take(bytes));
  }

  // Whether there may be more.
  bool Digest(const FramePiece& piece) {
    switch (piece.kind) {
      case FramePiece::Kind::kData:
        return Collect(piece);
      case FramePiece::Kind::kPing:
        // Only the newest wants an answer, so a flood of them takes no room.
        control_ = ControlFrame(FrameKind::kPong, piece.bytes);
        WriteWhatWaits();
        return true;
      case FramePiece::Kind::kPong:
        return true;
      case FramePiece::Kind::kClose:
        client_closed_ = true;
        SayClose(ControlFrame(FrameKind::kClose, piece.bytes.substr(0, kCodeBytes)));
        FinishIfSaid();
        return false;
      case FramePiece::Kind::kFault:
        Close(piece.code, piece.code == CloseCode::kWrongKind ? "messages are text here"
                                                              : "no frame of a client");
        return false;
      case FramePiece::Kind::kMore:
        break;
    }
    return false;
  }

  bool Collect(const FramePiece& piece) {
    if (closing_) return true;
    if (message_.size() + piece.bytes.size() > kMessageBytesMax) {
      message_ = {};
      Close(CloseCode::kTooBig, "a message has 256 KiB at most");
      return true;
    }
    absl::StrAppend(&message_, piece.bytes);
    if (!piece.ends) return true;
    std::string message = std::exchange(message_, {});
    if (!shadow::IsUtf8(message)) {
      Close(CloseCode::kNotUtf8, "a message is UTF-8");
      return true;
    }
    owner_->Said(std::move(message));
    return true;
  }

  void Ping() {
    pings_.expires_after(std::chrono::seconds(kPingSeconds));
    pings_.async_wait(Then([this](const ErrorCode& error, size_t) {
      if (error) return;
      if (Clock::now() - heard_ > std::chrono::seconds(kSilenceSecondsMax)) return End();
      if (control_.empty()) control_ = ControlFrame(FrameKind::kPing, "");
      WriteWhatWaits();
      Ping();
    }));
  }

  void WriteWhatWaits() {
    if (writing_ || over_) return;
    if (!control_.empty()) return Write(std::exchange(control_, {}));
    if (close_.empty()) return;
    close_said_ = true;
    Write(std::exchange(close_, {}));
  }

  void Write(std::string bytes) {
    writing_ = true;
    out_ = std::move(bytes);
    stream_->Write(asio::buffer(out_), Then([this](const ErrorCode& error, size_t) {
                     writing_ = false;
                     if (error) return End();
                     WriteWhatWaits();
                     FinishIfSaid();
                     if (!writing_ && !closing_ && !over_) owner_->Sent();
                   }));
  }

  // The first counts. There is a bounded time for what is left to say.
  void SayClose(std::string frame) {
    if (std::exchange(closing_, true) || over_) return;
    close_ = std::move(frame);
    end_.expires_after(std::chrono::seconds(kGoodbyeSeconds));
    end_.async_wait(Then([this](const ErrorCode& error, size_t) {
      if (!error) End();
    }));
    WriteWhatWaits();
  }

  // Both sides have closed: nothing is being read or written any more.
  void FinishIfSaid() {
    if (!client_closed_ || !close_said_ || writing_ || over_) return;
    stream_->Finish();
    BeOver();
  }

  void End() {
    if (over_) return;
    stream_->Close();
    BeOver();
  }

  void BeOver() {
    over_ = true;
    pings_.cancel();
    end_.cancel();
    asio::post(stream_->executor(), [owner = std::exchange(owner_, nullptr)] { owner->Closed(); });
  }

  const std::shared_ptr<HttpStream> stream_;
  asio::steady_timer pings_;
  asio::steady_timer end_;
  std::shared_ptr<Owner> owner_;
  FrameReader frames_{FrameKind::kText};
  std::array<char, kReadBytes> read_;
  Clock::time_point heard_ = Clock::now();
  std::string message_;  // that comes
  std::string out_;      // that is being written
  std::string control_;  // that waits, as `close_`
  std::string close_;
  bool writing_ = false;
  bool closing_ = false;
  bool close_said_ = false;
  bool client_closed_ = false;  // its close was read, and nothing is read any more
  bool over_ = false;
};

}  // namespace

std::shared_ptr<TextSocket> TextSocket::Make(std::shared_ptr<HttpStream> stream) {
  return std::make_shared<Socket>(std::move(stream));
}

}  // namespace service
