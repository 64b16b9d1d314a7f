// The service's envelopes in pieces: a broker may be told to take no packet larger than AWS takes
// (docs/operations.md, max_packet_size), and an envelope can be larger. All pieces but the last go
// to kPiecesTopic, the last to kAnswersTopic; an envelope that fits is one piece. The other way
// nothing is cut, since the broker bounds only what it takes.
#pragma once

#include <cstddef>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"

namespace proto {

inline constexpr size_t kPieceBytesMax = 128u << 10;
// More than the answer to a request for the largest document that can be set, of 1 MiB, takes.
inline constexpr size_t kPiecedBytesMax = 64u << 20;
// The room that a collector keeps for the next envelope: most are no larger.
inline constexpr size_t kPiecedBytesKept = 2u << 20;

// Hands `send` topic and bytes of each piece, in order. False: `send` gave false, and the rest was
// not handed to it.
bool SendInPieces(absl::string_view envelope,
                  absl::FunctionRef<bool(absl::string_view topic, absl::string_view piece)> send);

// Puts them together. `from` tells sessions apart: what one has begun is nothing to another.
class PieceCollector {
 public:
  // What grows larger than kPiecedBytesMax loses its beginning, so that it does not decode.
  void Add(const void* from, absl::string_view piece);
  bool HasBegun(const void* from) const { return from == from_ && !is_taken_ && !bytes_.empty(); }
  // All that was added. It holds until something is added again.
  absl::string_view Take(const void* from);
  // A session is over.
  void Forget(const void* from);

 private:
  void Clear();

  const void* from_ = nullptr;  // whose pieces these are
  std::string bytes_;
  bool is_taken_ = false;
};

}  // namespace proto
