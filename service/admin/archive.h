// Shadows as lines of the admin socket: out of the running store, and in (storage/archive.h).
//
// Thread rule: any thread.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "service/admin/server.h"
#include "storage/store.h"

namespace service {

inline constexpr size_t kImportLinesMax = 1000;             // of one batch
inline constexpr size_t kImportLineBytesMax = 4u << 20;     // of a shadow with its metadata
inline constexpr size_t kImportRecordBytesMax = 16u << 20;  // of a batch, as it is stored

// Sends all shadows, each as it is at some moment meanwhile, and gives how many. Nothing is held
// while the other end reads: neither the store's lock nor more than a page of lines.
absl::StatusOr<int64_t> ExportShadows(const storage::Store& store, AdminReply& reply);

// The next `count` lines as records. If a line is wrong, InvalidArgument names it by its number,
// from 1, once all are read.
absl::StatusOr<std::vector<storage::Write>> ReadShadows(AdminLines& lines, size_t count);

}  // namespace service
