#include "service/websocket/tunnel.h"

#include <algorithm>
#include <array>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "proto/connect_packet.h"
#include "service/http/stream.h"
#include "service/websocket/frame.h"
#include "service/websocket/packet_ends.h"

namespace service {
namespace {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;
using Generic = asio::generic::stream_protocol;
using Tcp = asio::ip::tcp;

constexpr absl::string_view kLocalhost = "localhost";
constexpr absl::string_view kLoopback = "127.0.0.1";
constexpr size_t kPathBytesMax = 107;  // of a unix socket
constexpr size_t kCloseCodeBytes = 2;

std::optional<Generic::endpoint> EndpointOf(const BrokerAddress& address) {
  if (address.port == 0) {
    if (address.host.empty() || address.host.size() > kPathBytesMax) return std::nullopt;
    return Generic::endpoint(asio::local::stream_protocol::endpoint(address.host));
  }
  ErrorCode error;
  const auto ip = asio::ip::make_address(
      address.host == kLocalhost ? std::string(kLoopback) : address.host, error);
  if (error || !ip.is_loopback()) return std::nullopt;
  return Generic::endpoint(Tcp::endpoint(ip, static_cast<unsigned short>(address.port)));
}

class Tunnel : public std::enable_shared_from_this<Tunnel> {
 public:
  Tunnel(std::shared_ptr<HttpStream> client, Generic::endpoint broker, absl::string_view user_name,
         TunnelLogin login, Crowd::Place place)
      : client_(std::move(client)),
        broker_(client_->executor()),
        timer_(client_->executor()),
        endpoint_(std::move(broker)),
        user_name_(user_name),
        login_(std::move(login)),
        place_(std::move(place)) {}

  void Start(std::string behind) {
    EndAfter(kTunnelConnectSeconds);
    Digest({behind.data(), behind.size()});
  }

 private:
  // How it stands with the broker: the client's CONNECT is waited for, the broker is dialled,
  // MQTT passes, the broker's side is closed, and nothing is left.
  enum class Phase { kConnect, kDialling, kOpen, kGone, kOver };

  // A completion handler, as long as the tunnel is not over.
  template <class Body>
  auto Then(Body body) {
    return [self = shared_from_this(), body](const ErrorCode& error, size_t bytes = 0) {
      if (self->phase_ != Phase::kOver) body(error, bytes);
    };
  }

  // Cuts everything off then, unless the timer is set anew or cancelled before.
  void EndAfter(int seconds) {
    timer_.expires_after(std::chrono::seconds(seconds));
    timer_.async_wait(Then([this](const ErrorCode& error, size_t) {
      if (!error) End();
    }));
  }

  // Client to broker: ReadClient → Digest → TakeIn → GoOn → ReadClient.

  void ReadClient() {
    client_->ReadSome(asio::buffer(from_client_), Then([this](const ErrorCode& error, size_t size) {
                        error ? End() : Digest({from_client_.data(), size});
                      }));
  }

  void Digest(absl::Span<char> bytes) {
    for (bool more = true; more;) more = Digest(frames_.Take(bytes));
    TakeIn();
  }

  // Whether there may be more.
  bool Digest(const FramePiece& piece) {
    switch (piece.kind) {
      case FramePiece::Kind::kData:
        if (!closing_) absl::StrAppend(&to_broker_, piece.bytes);
        return true;
      case FramePiece::Kind::kPing:
        // Only the newest wants an answer, so a flood of them takes no room.
        if (!closing_) pong_ = ControlFrame(FrameKind::kPong, piece.bytes);
        WriteClient();
        return true;
      case FramePiece::Kind::kPong:
        return true;
      case FramePiece::Kind::kClose:
        client_closed_ = true;
        SayClose(ControlFrame(FrameKind::kClose, piece.bytes.substr(0, kCloseCodeBytes)));
        return false;
      case FramePiece::Kind::kFault:
        Refuse(piece.code, piece.code == CloseCode::kWrongKind ? "MQTT comes in binary frames"
                                                               : "no frame of a client");
        return false;
      case FramePiece::Kind::kMore:
        break;
    }
    return false;
  }

  // What the client has sent of MQTT is in to_broker_.
  void TakeIn() {
    if (phase_ == Phase::kConnect && !closing_) return Meet();
    phase_ == Phase::kOpen ? WriteBroker() : GoOn();
  }

  // Looks for the CONNECT that everything begins with.
  void Meet() {
    const auto read = proto::ReadConnect(to_broker_);
    if (!read.ok()) {
      Refuse(CloseCode::kProtocolError, read.status().message());
      return GoOn();
    }
    if (!read->has_value()) return GoOn();
    const proto::ConnectPacket& packet = **read;
    if (packet.username == user_name_) {
      Refuse(CloseCode::kPolicy, "this user name is reserved");
      return GoOn();
    }
    to_broker_ = absl::StrCat(proto::WriteConnect(packet, user_name_, login_()),
                              absl::string_view(to_broker_).substr(packet.bytes));
    Dial();
  }

  void Dial() {
    phase_ = Phase::kDialling;
    broker_.async_connect(endpoint_, Then([this](const ErrorCode& error, size_t) {
                            if (error) {
                              Refuse(CloseCode::kTryAgainLater, "there is no broker");
                              return GoOn();
                            }
                            ErrorCode ignored;  // a unix socket has no such option
                            broker_.set_option(Tcp::no_delay(true), ignored);
                            timer_.cancel();
                            phase_ = Phase::kOpen;
                            ReadBroker();
                            WriteBroker();
                          }));
  }

  void WriteBroker() {
    if (to_broker_.empty()) return GoOn();
    asio::async_write(broker_, asio::buffer(to_broker_),
                      Then([this](const ErrorCode& error, size_t) {
                        to_broker_.clear();
                        if (error) BrokerIsGone();
                        GoOn();
                      }));
  }

  // The client's bytes are where they belong.
  void GoOn() {
    if (!client_closed_) return ReadClient();
    ErrorCode ignored;
    if (phase_ == Phase::kOpen) broker_.shutdown(Generic::socket::shutdown_send, ignored);
    FinishIfSaid();
  }

  // Broker to client: ReadBroker → WriteClient → ReadBroker.

  void ReadBroker() {
    if (phase_ != Phase::kOpen) return;
    broker_.async_read_some(
        asio::buffer(from_broker_.data() + kFrameHeadBytesMax, kTunnelPieceBytes),
        Then([this](const ErrorCode& error, size_t bytes) {
          if (error) return BrokerIsGone();
          if (closing_) return ReadBroker();
          unframed_ = {from_broker_.data() + kFrameHeadBytesMax, bytes};
          Frame();
          WriteClient();
        }));
  }

  // A packet is a frame, as it is on AWS: of a frame with two, AWS's first SDK for Python takes up
  // the second when another frame comes. The head goes right before the packet, where all has been
  // sent.
  void Frame() {
    const size_t bytes = packets_.Take({unframed_.data(), unframed_.size()});
    char head[kFrameHeadBytesMax];
    const size_t head_bytes = WriteHead(FrameKind::kBinary, bytes, head);
    char* const begin = unframed_.data() - head_bytes;
    std::copy_n(head, head_bytes, begin);
    frame_ = {begin, head_bytes + bytes};
    unframed_.remove_prefix(bytes);
  }

  // One frame at a time: a pong first, a close last.
  void WriteClient() {
    if (writing_) return;
    if (!pong_.empty()) {
      out_ = std::exchange(pong_, "");
      return Send(out_, [this] { WriteClient(); });
    }
    if (!frame_.empty()) {
      return Send(std::exchange(frame_, {}), [this] {
        unframed_.empty() ? ReadBroker() : Frame();
        WriteClient();
      });
    }
    if (close_.empty()) return;
    out_ = std::exchange(close_, "");
    Send(out_, [this] {
      close_said_ = true;
      FinishIfSaid();
    });
  }

  template <class Sent>
  void Send(absl::string_view bytes, Sent sent) {
    writing_ = true;
    client_->Write(asio::buffer(bytes.data(), bytes.size()),
                   Then([this, sent](const ErrorCode& error, size_t) {
                     writing_ = false;
                     error ? End() : sent();
                   }));
  }

  // The end.

  // The first counts. Both sides have a bounded time for what is left to say.
  void SayClose(std::string frame) {
    if (std::exchange(closing_, true)) return;
    close_ = std::move(frame);
    EndAfter(kTunnelGoodbyeSeconds);
    WriteClient();
  }

  // What came of MQTT and is not handed on yet is dropped, and to the broker the client is lost.
  void Refuse(CloseCode code, absl::string_view why) {
    to_broker_.clear();
    HangUp();
    SayClose(CloseFrame(code, why));
  }

  void BrokerIsGone() {
    HangUp();
    SayClose(CloseFrame(CloseCode::kNormal, ""));
    if (finished_) End();
  }

  void HangUp() {
    phase_ = Phase::kGone;
    ErrorCode ignored;
    broker_.close(ignored);
  }

  // Each side has closed: nothing of the client is being read or written any more.
  void FinishIfSaid() {
    if (!client_closed_ || !close_said_ || finished_) return;
    finished_ = true;
    client_->Finish();
    if (phase_ != Phase::kOpen) End();
  }

  void End() {
    if (phase_ == Phase::kOver) return;
    HangUp();
    phase_ = Phase::kOver;
    timer_.cancel();
    if (!finished_) client_->Close();
  }

  const std::shared_ptr<HttpStream> client_;
  Generic::socket broker_;
  asio::steady_timer timer_;
  const Generic::endpoint endpoint_;
  const absl::string_view user_name_;
  const TunnelLogin login_;
  const Crowd::Place place_;

  Phase phase_ = Phase::kConnect;
  FrameReader frames_;
  std::array<char, kTunnelPieceBytes> from_client_;
  std::string to_broker_;  // unmasked; of no more than one read, but for a CONNECT
  std::array<char, kFrameHeadBytesMax + kTunnelPieceBytes> from_broker_;
  // To the client: what is being written, and what waits for that.
  bool writing_ = false;
  std::string out_;
  std::string pong_;
  absl::string_view frame_;    // in from_broker_
  absl::Span<char> unframed_;  // behind it, what is still to be sent
  PacketEnds packets_;
  std::string close_;
  bool closing_ = false;  // our close is said, or waits to be
  bool close_said_ = false;
  bool client_closed_ = false;  // its close was read, and nothing is read any more
  bool finished_ = false;       // the connection ends by itself
};

}  // namespace

absl::Status CheckTunnelAddress(const BrokerAddress& address) {
  if (EndpointOf(address)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "MQTT over WebSocket needs the broker on a unix socket or a loopback address");
}

void StartTunnel(std::shared_ptr<HttpStream> client, std::string behind,
                 const BrokerAddress& broker, absl::string_view user_name, TunnelLogin login,
                 Crowd::Place place) {
  auto endpoint = EndpointOf(broker);
  if (!endpoint) return client->Close();
  std::make_shared<Tunnel>(std::move(client), *std::move(endpoint), user_name, std::move(login),
                           std::move(place))
      ->Start(std::move(behind));
}

}  // namespace service
