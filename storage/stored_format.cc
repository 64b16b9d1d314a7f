#include "storage/stored_format.h"

#include "absl/strings/str_cat.h"

namespace storage {

absl::Status Damaged(absl::string_view what, absl::string_view fault) {
  return absl::DataLossError(
      absl::StrCat("a stored ", what, " is damaged: ", fault, "; restore a backup"));
}

absl::StatusOr<int> ReadFormat(ByteReader& reader, absl::string_view what, int newest) {
  unsigned char format;
  if (!reader.Byte(format)) return Damaged(what, "it is empty");
  if (format == 0) return Damaged(what, "it has no format");
  if (format <= newest) return format;
  return absl::FailedPreconditionError(
      absl::StrCat("a stored ", what, " has format ", format, ", this program knows format ",
                   newest, ": use the version that wrote it, or a newer one"));
}

}  // namespace storage
