// The parts that records of commands are made of: storage/bytes.h's numbers, and texts with their
// length before them.
#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "storage/bytes.h"

namespace commands {

inline void AppendText(absl::string_view text, std::string& out) {
  storage::AppendVarint(text.size(), out);
  out.append(text.data(), text.size());
}

inline void AppendTime(int64_t seconds, std::string& out) {
  storage::AppendVarint(static_cast<uint64_t>(seconds), out);
}

// Each gives false where the field is not there.
inline bool ReadText(storage::ByteReader& reader, std::string& text) {
  uint64_t size = 0;
  absl::string_view bytes;
  if (!reader.Varint(size) || !reader.Text(size, bytes)) return false;
  text = std::string(bytes);
  return true;
}

inline bool ReadTime(storage::ByteReader& reader, int64_t& seconds) {
  uint64_t number = 0;
  if (!reader.Varint(number) || number > INT64_MAX) return false;
  seconds = static_cast<int64_t>(number);
  return true;
}

}  // namespace commands
