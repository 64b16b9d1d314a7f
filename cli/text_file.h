// Small files, read whole.
#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace cli {

inline constexpr size_t kTextFileBytesMax = 4 << 20;

// The file's bytes; "-" is standard input. Fails with the path and the system's reason: NotFound if
// it is not there, PermissionDenied if it is not ours to read, InvalidArgument if it is no regular
// file or longer than kTextFileBytesMax.
absl::StatusOr<std::string> ReadTextFile(const std::string& path);

}  // namespace cli
