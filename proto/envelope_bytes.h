// The bytes that all envelopes begin with, and how numbers and texts stand in them
// (docs/link-format.md). For the encoders and decoders of this folder.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace proto {

enum class EnvelopeType : uint8_t {
  kHello = 1,
  kRequests = 2,
  kAnswers = 3,
  kStatus = 4,
  kCommand = 5,
  kCommandReply = 6,
  kArrivals = 7,
  kNotices = 8,
  kObservations = 9,
  kNewcomers = 10,
  kRefusals = 11,
  kNews = 12,
  kEvents = 13,
  kTaken = 14,
  kHearings = 15,
};

inline constexpr size_t kEnvelopeTypeAt = 3;
inline constexpr size_t kEnvelopeCountAt = 4;

struct EnvelopeHeader {
  EnvelopeType type;
  uint32_t count;
  uint64_t epoch;
};

// Little-endian, as all numbers.
template <class Int>
void PutNumber(Int number, std::string& out) {
  char bytes[sizeof number];
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(bytes, &number, sizeof number);
  } else {
    for (size_t i = 0; i < sizeof number; ++i) bytes[i] = static_cast<char>(number >> (8 * i));
  }
  out.append(bytes, sizeof number);
}

// Over what stands there.
void PutAt(uint32_t number, size_t at, std::string& out);

// Two bytes of length and as many bytes; what is longer is cut off.
void PutText(absl::string_view text, std::string& out);

// With a count of 0.
std::string EnvelopeHead(EnvelopeType type, uint64_t epoch);

// Whether an envelope, which may be damaged, says that it is of that type.
bool IsOfType(absl::string_view bytes, EnvelopeType type);

// Reads from the front; after the first shortage everything reads as zero and ok() is false.
class EnvelopeReader {
 public:
  explicit EnvelopeReader(absl::string_view bytes) : rest_(bytes) {}

  bool ok() const { return ok_; }
  size_t left() const { return rest_.size(); }

  absl::string_view Bytes(size_t size) {
    if (size > rest_.size()) ok_ = false;
    if (!ok_) return {};
    const absl::string_view bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return bytes;
  }

  template <class Int>
  Int Number() {
    const absl::string_view bytes = Bytes(sizeof(Int));
    Int number = 0;
    if constexpr (std::endian::native == std::endian::little) {
      if (!bytes.empty()) std::memcpy(&number, bytes.data(), sizeof number);
    } else {
      for (size_t i = 0; i < bytes.size(); ++i) {
        number |= static_cast<Int>(static_cast<Int>(static_cast<uint8_t>(bytes[i])) << (8 * i));
      }
    }
    return number;
  }

 private:
  absl::string_view rest_;
  bool ok_ = true;
};

inline absl::string_view TakeText(EnvelopeReader& reader) {
  return reader.Bytes(reader.Number<uint16_t>());
}

// InvalidArgument or, for another version, FailedPrecondition: each says what was found.
absl::StatusOr<EnvelopeHeader> TakeHeader(EnvelopeReader& reader);

}  // namespace proto
