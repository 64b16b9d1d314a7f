// Files that people write and programs trust: read whole, bounded, and only if nobody has access
// who could abuse it.
#pragma once

#include <sys/types.h>

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "policy/json_tree.h"

namespace policy {

// Why a file or folder of that mode cannot be trusted, with a blank before it and the remedy
// behind; empty: it can. `refused` are the permissions that nobody may have on it.
std::string ModeFault(mode_t mode, mode_t refused);

// The text of a regular file, at most one byte more than `bytes_max`, so that the parser can refuse
// it. Fails with a blank before the reason, since the caller names the file: NotFound if there is
// none, InvalidArgument for anything else.
absl::StatusOr<std::string> ReadTextFile(const std::string& path, mode_t refused,
                                         size_t bytes_max = kFileBytesMax);

}  // namespace policy
