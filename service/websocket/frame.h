// WebSocket's frames (RFC 6455), of messages that are binary, as MQTT's are (W10), or text, as a
// page's: a client's are read from a stream, piece by piece and without being collected, and ours
// have their heads written. Where MQTT's packets begin and end has nothing to do with where frames
// do. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace service {

enum class FrameKind : uint8_t {
  kContinuation = 0,
  kText = 1,
  kBinary = 2,
  kClose = 8,
  kPing = 9,
  kPong = 10,
};

// Why a WebSocket is closed, as its last frame says.
enum class CloseCode : uint16_t {
  kNormal = 1000,
  kGoingAway = 1001,
  kProtocolError = 1002,
  kWrongKind = 1003,  // of a message
  kNotUtf8 = 1007,
  kPolicy = 1008,
  kTooBig = 1009,
  kTryAgainLater = 1013,
  kNoSession = 4401,  // ours: nobody is logged in (any more)
};

inline constexpr size_t kControlBytesMax = 125;   // what a ping, pong or close can carry
inline constexpr size_t kFrameHeadBytesMax = 10;  // of a frame of ours, which has no mask

// What was read of a client's frames.
struct FramePiece {
  enum class Kind {
    kMore,  // nothing more can be read of these bytes
    kData,  // some of a message's bytes, perhaps none
    kPing,  // with what a pong has to say
    kPong,
    kClose,  // with the code and the reason, or nothing; 1002 for what is neither
    kFault,  // what `code` is for: nothing is read any more
  };

  Kind kind = Kind::kMore;
  absl::string_view bytes{};  // unmasked; good until the next call
  bool ends = false;          // kData: the message, with these
  CloseCode code = CloseCode::kProtocolError;
};

class FrameReader {
 public:
  // Of messages of that kind alone, kText or kBinary.
  explicit FrameReader(FrameKind messages = FrameKind::kBinary) : messages_(messages) {}

  // Reads one piece from the front of `bytes`, unmasks it in place, and takes it off. To be called
  // until it gives kMore; then `bytes` is empty. A frame may be as long as it likes.
  FramePiece Take(absl::Span<char>& bytes);

 private:
  bool CollectHead(absl::Span<char>& bytes);
  // False: a fault.
  bool ReadHead(CloseCode& code);
  bool ReadLength();
  FramePiece TakeData(absl::Span<char>& bytes);
  FramePiece TakeControl(absl::Span<char>& bytes);
  absl::Span<char> Unmask(absl::Span<char>& bytes);

  static constexpr size_t kClientHeadBytesMax = 14;

  const FrameKind messages_;
  std::array<unsigned char, kClientHeadBytesMax> head_{};
  size_t head_bytes_ = 0;
  bool in_frame_ = false;    // its head was read
  bool in_message_ = false;  // a message goes on with the next frame that is no control frame
  bool failed_ = false;
  FrameKind kind_ = messages_;
  uint64_t left_ = 0;  // of the frame's payload
  std::array<unsigned char, 4> mask_{};
  size_t mask_at_ = 0;
  std::array<char, kControlBytesMax> control_{};
  size_t control_bytes_ = 0;
};

// Writes the head of a whole message of so many bytes to `out`, which has kFrameHeadBytesMax of
// room, and gives how many bytes it is.
size_t WriteHead(FrameKind kind, uint64_t payload_bytes, char* out);

// A whole frame; of the payload no more than kControlBytesMax.
std::string ControlFrame(FrameKind kind, absl::string_view payload);
std::string CloseFrame(CloseCode code, absl::string_view reason);

}  // namespace service
