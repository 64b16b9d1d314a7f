#include "proto/pieces.h"

#include "absl/strings/str_cat.h"
#include "proto/envelope.h"

namespace proto {

bool SendInPieces(absl::string_view envelope,
                  absl::FunctionRef<bool(absl::string_view, absl::string_view)> send) {
  while (envelope.size() > kPieceBytesMax) {
    if (!send(kPiecesTopic, envelope.substr(0, kPieceBytesMax))) return false;
    envelope.remove_prefix(kPieceBytesMax);
  }
  return send(kAnswersTopic, envelope);
}

void PieceCollector::Add(const void* from, absl::string_view piece) {
  if (is_taken_ || from != from_ || bytes_.size() + piece.size() > kPiecedBytesMax) Clear();
  from_ = from;
  absl::StrAppend(&bytes_, piece);
}

absl::string_view PieceCollector::Take(const void* from) {
  if (!HasBegun(from)) return "";
  is_taken_ = true;
  return bytes_;
}

void PieceCollector::Forget(const void* from) {
  if (from == from_) Clear();
}

void PieceCollector::Clear() {
  is_taken_ = false;
  if (bytes_.capacity() > kPiecedBytesKept) {
    bytes_ = {};
  } else {
    bytes_.clear();
  }
}

}  // namespace proto
