#include "storage/postgres/parameters.h"

#include "storage/bytes.h"

namespace storage {
namespace {

// Dimensions, whether there are nulls, type, size, lower bound.
constexpr size_t kHeadBytes = 20;
constexpr size_t kSizeAt = 12;

void Append32(uint32_t number, std::string& out) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(number >> shift));
}

}  // namespace

PostgresArray::PostgresArray(uint32_t type) {
  for (const uint32_t number : {uint32_t{1}, uint32_t{0}, type, uint32_t{0}, uint32_t{1}}) {
    Append32(number, bytes_);
  }
}

void PostgresArray::Add(absl::string_view bytes) {
  Append32(static_cast<uint32_t>(bytes.size()), bytes_);
  bytes_.append(bytes.data(), bytes.size());
  ++size_;
}

void PostgresArray::Add(int64_t number) {
  Append32(sizeof number, bytes_);
  AppendBigEndian(static_cast<uint64_t>(number), bytes_);
  ++size_;
}

void PostgresArray::AddBool(bool value) {
  Append32(1, bytes_);
  bytes_.push_back(value ? 1 : 0);
  ++size_;
}

std::string PostgresArray::Take() && {
  static_assert(kSizeAt + 8 == kHeadBytes);
  for (int i = 0; i < 4; ++i) bytes_[kSizeAt + i] = static_cast<char>(size_ >> (24 - 8 * i));
  return std::move(bytes_);
}

std::string PostgresNumber(int64_t number) {
  std::string out;
  AppendBigEndian(static_cast<uint64_t>(number), out);
  return out;
}

}  // namespace storage
