#include "service/admin/archive.h"

#include <ctime>
#include <string>

#include "absl/strings/str_cat.h"
#include "shadow/delta.h"
#include "storage/archive.h"
#include "storage/key.h"
#include "storage/record.h"

namespace service {
namespace {

constexpr size_t kPageBytes = 256u << 10;

// Some shadows behind the key `after`, which moves on.
struct Page {
  std::string lines{};
  int64_t shadows = 0;
  std::string after{};
};

absl::Status Read(const storage::Store& store, int64_t now, Page& page) {
  shadow::Arena arena;
  absl::Status fault;
  const auto visit = [&](absl::string_view key, absl::string_view value) {
    page.after = std::string(key);
    const auto line = storage::StoredLine(key, value, now, arena);
    fault = line.status();
    if (!line.ok()) return false;
    if (line->empty()) return true;
    absl::StrAppend(&page.lines, page.lines.empty() ? "" : "\n", *line);
    ++page.shadows;
    return page.lines.size() < kPageBytes;
  };
  const absl::Status scanned = store.Scan(storage::kRecordPrefix, page.after, visit);
  return scanned.ok() ? fault : scanned;
}

absl::StatusOr<storage::Write> RecordOf(absl::string_view line) {
  shadow::Arena arena;
  const auto archived = storage::ParseArchiveLine(line, arena);
  if (!archived.ok()) return archived.status();
  if (archived->thing.empty()) return absl::InvalidArgumentError("it does not name its thing");
  return storage::Write{
      storage::RecordKey({archived->thing, archived->name}),
      storage::EncodeRecord(archived->record, {.differs = shadow::Differs(archived->record)})};
}

}  // namespace

absl::StatusOr<int64_t> ExportShadows(const storage::Store& store, AdminReply& reply) {
  const int64_t now = std::time(nullptr);
  int64_t shadows = 0;
  for (Page page;;) {
    page.lines.clear();
    page.shadows = 0;
    if (absl::Status read = Read(store, now, page); !read.ok()) return read;
    if (page.shadows == 0) return shadows;
    if (!reply.Send(page.lines)) return absl::CancelledError("nobody reads");
    shadows += page.shadows;
  }
}

absl::StatusOr<std::vector<storage::Write>> ReadShadows(AdminLines& lines, size_t count) {
  std::vector<storage::Write> records;
  absl::Status fault;
  size_t bytes = 0;
  for (size_t number = 1; number <= count; ++number) {
    const auto line = lines.Next(kImportLineBytesMax);
    if (!line.ok()) return line.status();
    if (!*line) return absl::CancelledError("the lines that were told did not come");
    if (!fault.ok()) continue;
    auto record = RecordOf(**line);
    if (record.ok()) {
      bytes += record->value->size();
      records.push_back(*std::move(record));
      if (bytes > kImportRecordBytesMax) {
        fault = absl::InvalidArgumentError(
            absl::StrCat("too much for one batch: at most ", kImportRecordBytesMax, " bytes"));
      }
    } else {
      fault = absl::InvalidArgumentError(
          absl::StrCat("line ", number, ": ", record.status().message()));
    }
  }
  if (!fault.ok()) return fault;
  return records;
}

}  // namespace service
