// The parameters of a statement, as PostgreSQL takes them in its binary form: numbers, texts and
// arrays. Private to this room.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace storage {

// One array of a statement, written out as it grows.
class PostgresArray {
 public:
  static PostgresArray OfText() { return PostgresArray(25); }
  static PostgresArray OfNumbers() { return PostgresArray(20); }
  static PostgresArray OfBytes() { return PostgresArray(17); }
  static PostgresArray OfBools() { return PostgresArray(16); }

  void Add(absl::string_view bytes);  // of a text, or bytes
  void Add(int64_t number);
  void AddBool(bool value);

  size_t size() const { return size_; }

  // The array; it is empty of everything afterwards.
  std::string Take() &&;

 private:
  explicit PostgresArray(uint32_t type);

  std::string bytes_;
  uint32_t size_ = 0;
};

std::string PostgresNumber(int64_t number);

// One statement with its parameters. `sql` is a constant: a session prepares it by its address.
struct PostgresStatement {
  const char* sql;
  std::vector<std::string> parameters{};
};

}  // namespace storage
