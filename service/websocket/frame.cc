#include "service/websocket/frame.h"

#include <algorithm>

namespace service {
namespace {

constexpr unsigned char kFinal = 0x80;
constexpr unsigned char kReserved = 0x70;
constexpr unsigned char kKind = 0x0F;
constexpr unsigned char kMasked = 0x80;
constexpr unsigned char kLength = 0x7F;
constexpr unsigned char kLength16 = 126;
constexpr unsigned char kLength64 = 127;
constexpr size_t kMaskBytes = 4;
constexpr absl::string_view kWrongClose = "\x03\xEA";  // 1002

// Of the length that follows the first two bytes.
size_t ExtraLengthBytes(unsigned char second) {
  const unsigned char length = second & kLength;
  return length == kLength64 ? 8 : length == kLength16 ? 2 : 0;
}

// Nothing, or a code that may be said (RFC 6455, 7.4) and perhaps a reason.
bool IsClosing(absl::string_view payload) {
  if (payload.size() < 2) return payload.empty();
  const int code =
      static_cast<unsigned char>(payload[0]) << 8 | static_cast<unsigned char>(payload[1]);
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
         (code >= 3000 && code <= 4999);
}

bool IsControl(FrameKind kind) { return static_cast<uint8_t>(kind) >= 8; }

}  // namespace

FramePiece FrameReader::Take(absl::Span<char>& bytes) {
  if (failed_) return {.kind = FramePiece::Kind::kFault};
  if (!in_frame_) {
    if (!CollectHead(bytes)) return {};
    CloseCode code = CloseCode::kProtocolError;
    if (!ReadHead(code)) {
      failed_ = true;
      return {.kind = FramePiece::Kind::kFault, .code = code};
    }
  }
  return IsControl(kind_) ? TakeControl(bytes) : TakeData(bytes);
}

// True once the head is whole: two bytes tell how long it is, or that it has no mask, which must
// not wait for more.
bool FrameReader::CollectHead(absl::Span<char>& bytes) {
  const auto wanted = [this] {
    const bool has_more = head_bytes_ >= 2 && (head_[1] & kMasked) != 0;
    return has_more ? 2 + ExtraLengthBytes(head_[1]) + kMaskBytes : 2;
  };
  while (head_bytes_ < wanted() && !bytes.empty()) {
    head_[head_bytes_++] = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
  }
  return head_bytes_ == wanted();
}

bool FrameReader::ReadHead(CloseCode& code) {
  const bool is_final = (head_[0] & kFinal) != 0;
  kind_ = static_cast<FrameKind>(head_[0] & kKind);
  if ((head_[0] & kReserved) != 0 || (head_[1] & kMasked) == 0 || !ReadLength()) return false;
  switch (kind_) {
    case FrameKind::kText:
    case FrameKind::kBinary:
      if (kind_ != messages_) code = CloseCode::kWrongKind;
      if (kind_ != messages_ || in_message_) return false;
      break;
    case FrameKind::kContinuation:
      if (!in_message_) return false;
      break;
    case FrameKind::kClose:
    case FrameKind::kPing:
    case FrameKind::kPong:
      if (!is_final || left_ > kControlBytesMax) return false;
      break;
    default:
      return false;
  }
  if (!IsControl(kind_)) in_message_ = !is_final;
  std::copy_n(head_.begin() + head_bytes_ - kMaskBytes, kMaskBytes, mask_.begin());
  mask_at_ = 0;
  control_bytes_ = 0;
  head_bytes_ = 0;
  in_frame_ = true;
  return true;
}

// False: it is not in its shortest form, or has more than 63 bits.
bool FrameReader::ReadLength() {
  left_ = head_[1] & kLength;
  const size_t extra = ExtraLengthBytes(head_[1]);
  if (extra == 0) return true;
  left_ = 0;
  for (size_t i = 0; i < extra; ++i) left_ = left_ << 8 | head_[2 + i];
  return extra == 2 ? left_ >= kLength16 : left_ > 0xFFFF && left_ >> 63 == 0;
}

// As much of the frame's payload as is there.
absl::Span<char> FrameReader::Unmask(absl::Span<char>& bytes) {
  const auto count = static_cast<size_t>(std::min<uint64_t>(bytes.size(), left_));
  const absl::Span<char> piece = bytes.first(count);
  bytes.remove_prefix(count);
  left_ -= count;
  for (char& byte : piece) byte = static_cast<char>(byte ^ mask_[mask_at_++ % kMaskBytes]);
  in_frame_ = left_ > 0;
  return piece;
}

FramePiece FrameReader::TakeData(absl::Span<char>& bytes) {
  if (bytes.empty() && left_ > 0) return {};
  const absl::Span<char> piece = Unmask(bytes);
  return {.kind = FramePiece::Kind::kData,
          .bytes = {piece.data(), piece.size()},
          .ends = !in_frame_ && !in_message_};
}

FramePiece FrameReader::TakeControl(absl::Span<char>& bytes) {
  const absl::Span<char> piece = Unmask(bytes);
  std::copy(piece.begin(), piece.end(), control_.begin() + control_bytes_);
  control_bytes_ += piece.size();
  if (in_frame_) return {};
  const auto kind = kind_ == FrameKind::kPing   ? FramePiece::Kind::kPing
                    : kind_ == FrameKind::kPong ? FramePiece::Kind::kPong
                                                : FramePiece::Kind::kClose;
  const absl::string_view payload(control_.data(), control_bytes_);
  const bool is_wrong = kind == FramePiece::Kind::kClose && !IsClosing(payload);
  return {.kind = kind, .bytes = is_wrong ? kWrongClose : payload};
}

size_t WriteHead(FrameKind kind, uint64_t payload_bytes, char* out) {
  size_t at = 0;
  const auto put = [&](uint64_t byte) { out[at++] = static_cast<char>(byte); };
  put(kFinal | static_cast<unsigned char>(kind));
  const size_t extra = payload_bytes < kLength16 ? 0 : payload_bytes <= 0xFFFF ? 2 : 8;
  put(extra == 0 ? payload_bytes : extra == 2 ? kLength16 : kLength64);
  for (size_t i = extra; i > 0; --i) put(payload_bytes >> (8 * (i - 1)) & 0xFF);
  return at;
}

std::string ControlFrame(FrameKind kind, absl::string_view payload) {
  payload = payload.substr(0, kControlBytesMax);
  std::string frame;
  frame += static_cast<char>(kFinal | static_cast<unsigned char>(kind));
  frame += static_cast<char>(payload.size());
  frame.append(payload.data(), payload.size());
  return frame;
}

std::string CloseFrame(CloseCode code, absl::string_view reason) {
  const auto number = static_cast<uint16_t>(code);
  std::string payload{static_cast<char>(number >> 8), static_cast<char>(number & 0xFF)};
  payload.append(reason.data(), reason.size());
  return ControlFrame(FrameKind::kClose, payload);
}

}  // namespace service
