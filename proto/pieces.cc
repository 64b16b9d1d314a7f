#include "proto/pieces.h"

#include <utility>

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
  if (from != from_ || bytes_.size() + piece.size() > kPiecedBytesMax) bytes_.clear();
  from_ = from;
  absl::StrAppend(&bytes_, piece);
}

std::string PieceCollector::Take(const void* from) {
  if (from != from_) return "";
  return std::exchange(bytes_, {});
}

void PieceCollector::Forget(const void* from) { static_cast<void>(Take(from)); }

}  // namespace proto
