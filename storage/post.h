// A message of the service's own that is to be published once the commit is done that it was made
// in, kept until the broker has it (docs/storage-format.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace storage {

inline constexpr int kPostFormat = 1;

struct Post {
  absl::string_view topic;
  absl::string_view payload{};
  absl::string_view content_type{};  // of MQTT 5; empty: none
  int64_t expires = 0;               // epoch seconds, from when nobody shall get it; 0: never

  friend bool operator==(const Post&, const Post&) = default;
};

std::string EncodePost(const Post& post);

// Views of the result point into `bytes`. DataLoss names what is wrong with bytes that EncodePost
// cannot have made; a newer format is FailedPrecondition.
absl::StatusOr<Post> DecodePost(absl::string_view bytes);

// 'p', the post's number (big-endian): in the order in which they go out.
std::string PostKey(uint64_t number);
inline constexpr absl::string_view kPostPrefix = "p";
// Nothing: it is none.
std::optional<uint64_t> ParsePostKey(absl::string_view key);

}  // namespace storage
