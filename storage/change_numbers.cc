#include "storage/change_numbers.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "storage/key.h"

namespace storage {
namespace {

// Far beyond what is ever used, and far from where numbers would begin again.
constexpr uint64_t kNextMax = uint64_t{1} << 62;

}  // namespace

absl::StatusOr<ChangeNumbers> ChangeNumbers::Load(const Store& store) {
  std::vector<std::optional<std::string>> values;
  const std::vector<std::string> keys = {std::string(kChangesKey)};
  if (absl::Status read = store.Read(keys, values); !read.ok()) return read;
  if (!values[0]) return ChangeNumbers(1);
  uint64_t next;
  if (!absl::SimpleAtoi(*values[0], &next) || next == 0 || next > kNextMax) {
    return absl::DataLossError("the store's last change number is damaged: it is no number");
  }
  return ChangeNumbers(next);
}

Durability ChangeNumbers::Append(std::vector<Write>& writes) {
  if (next_ <= stored_end_) return Durability::kRelaxed;
  appended_end_ = next_ + kBlock;
  writes.push_back({std::string(kChangesKey), absl::StrCat(appended_end_)});
  return Durability::kSync;
}

}  // namespace storage
