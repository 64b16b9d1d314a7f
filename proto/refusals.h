// What the plugin tells the service of those who were refused by identity or policy, for people who
// want to know why. docs/link-format.md has the bytes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace proto {

struct AccessRefusal {
  int64_t at_ms = 0;  // since 1970
  absl::string_view client_id{};
  absl::string_view principal{};  // the id of its certificate or access key; empty: none
  absl::string_view address{};    // IP; empty: a unix socket's, or not known
  absl::string_view thing{};      // that it stands for; empty: none
  absl::string_view action{};     // "iot:Publish"
  absl::string_view name{};       // as a policy's resource ends: "topic/a/b"
  absl::string_view reason{};     // one line, for people

  friend bool operator==(const AccessRefusal&, const AccessRefusal&) = default;
};

// Of each text of a refusal.
inline constexpr size_t kRefusalTextBytesMax = 1024;

// Whether an envelope, which may be damaged, says that it holds refusals.
bool IsRefusals(absl::string_view bytes);

// Texts that are too long are cut at the end of a character; what is no UTF-8 in them is replaced.
std::string EncodeRefusals(uint64_t epoch, const std::vector<AccessRefusal>& refusals);

// Views of the result, which are UTF-8, point into `bytes`.
absl::StatusOr<std::vector<AccessRefusal>> DecodeRefusals(absl::string_view bytes);

}  // namespace proto
