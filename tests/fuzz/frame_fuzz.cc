// Any bytes as a client's WebSocket frames, in two parts cut at the first byte's number: what is
// read is the same as in one, all is taken up, and nothing is read after a fault.
#include <cstdlib>
#include <string>

#include "service/websocket/frame.h"

namespace {

using service::FramePiece;

struct Read {
  std::string pieces;  // the data run together, what is of control frames with their kind before it
  bool failed = false;
};

void ReadOn(service::FrameReader& reader, std::string bytes, Read& read) {
  absl::Span<char> left(bytes.data(), bytes.size());
  while (true) {
    const FramePiece piece = reader.Take(left);
    if (piece.kind == FramePiece::Kind::kFault) {
      read.failed = true;
      return;
    }
    if (piece.kind == FramePiece::Kind::kMore) {
      if (!left.empty() || read.failed) std::abort();
      return;
    }
    if (piece.kind != FramePiece::Kind::kData) {
      read.pieces += static_cast<char>(piece.kind);
    }
    read.pieces.append(piece.bytes.data(), piece.bytes.size());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  service::FrameReader whole;
  Read once;
  ReadOn(whole, bytes, once);
  service::FrameReader parts;
  const size_t cut = data[0] % (bytes.size() + 1);
  Read twice;
  ReadOn(parts, bytes.substr(0, cut), twice);
  ReadOn(parts, bytes.substr(cut), twice);
  if (once.failed != twice.failed || once.pieces != twice.pieces) std::abort();
  return 0;
}
