#include "proto/envelope_bytes.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "proto/envelope.h"

namespace proto {
namespace {

constexpr absl::string_view kMagic = "SL";

}  // namespace

std::string EnvelopeHead(EnvelopeType type, uint64_t epoch) {
  std::string bytes(kMagic);
  PutNumber(kLinkVersion, bytes);
  PutNumber(static_cast<uint8_t>(type), bytes);
  PutNumber(uint32_t{0}, bytes);
  PutNumber(epoch, bytes);
  return bytes;
}

void PutAt(uint32_t number, size_t at, std::string& out) {
  for (size_t i = 0; i < sizeof number; ++i) out[at + i] = static_cast<char>(number >> (8 * i));
}

void PutText(absl::string_view text, std::string& out) {
  const absl::string_view cut = text.substr(0, UINT16_MAX);
  PutNumber(static_cast<uint16_t>(cut.size()), out);
  out.append(cut.data(), cut.size());
}

bool IsOfType(absl::string_view bytes, EnvelopeType type) {
  return bytes.size() > kEnvelopeTypeAt && bytes[kEnvelopeTypeAt] == static_cast<char>(type);
}

absl::StatusOr<EnvelopeHeader> TakeHeader(EnvelopeReader& reader) {
  if (reader.Bytes(kMagic.size()) != kMagic) {
    return absl::InvalidArgumentError("not a link envelope: it does not begin with 'SL'");
  }
  const auto version = reader.Number<uint8_t>();
  if (version != kLinkVersion) {
    return absl::FailedPreconditionError(
        absl::StrCat("link version ", version, "; this program speaks version ", kLinkVersion,
                     ": run plugin and shadowd of the same release"));
  }
  EnvelopeHeader header;
  header.type = static_cast<EnvelopeType>(reader.Number<uint8_t>());
  header.count = reader.Number<uint32_t>();
  header.epoch = reader.Number<uint64_t>();
  if (!reader.ok()) return absl::InvalidArgumentError("link envelope: the header is cut short");
  return header;
}

}  // namespace proto
