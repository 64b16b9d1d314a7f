// A request's target: path and query, split first and decoded after, so that an encoded slash never
// becomes one that separates.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace rest {

inline constexpr size_t kTargetBytesMax = 8192;
inline constexpr size_t kSegmentsMax = 64;
inline constexpr size_t kParametersMax = 64;

struct Target {
  absl::string_view path;             // as sent, without the query
  std::vector<std::string> segments;  // decoded: "/a/b%2Fc" has "a" and "b/c"
  std::vector<std::pair<std::string, std::string>> parameters;  // decoded, in their order

  // The value of the first parameter of that name, or nothing.
  std::optional<absl::string_view> Find(absl::string_view name) const;
  size_t Count(absl::string_view name) const;
};

// Nothing for what does not begin with a slash, is longer than the bounds above, has a character
// that a target cannot have, or a '%' that two hex digits do not follow. The path points into
// `text`. A plus is a plus.
std::optional<Target> ParseTarget(absl::string_view text);

// Every byte but letters, digits and "-._~" as "%XY"; a slash too unless `keep_slashes`.
std::string PercentEncode(absl::string_view text, bool keep_slashes);

// Nothing if a '%' stands wrong.
std::optional<std::string> PercentDecode(absl::string_view text);

}  // namespace rest
