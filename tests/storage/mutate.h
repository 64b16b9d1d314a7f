// Bytes that no encoder wrote: those it wrote with one thing done to them.
#pragma once

#include <string>

#include "tests/storage/random_record.h"

namespace storage {

inline void Mutate(RandomRecord& random, std::string& bytes) {
  const auto place = static_cast<size_t>(random.Below(static_cast<int64_t>(bytes.size())));
  switch (random.Below(5)) {
    case 0:
      bytes[place] = static_cast<char>(random.Below(256));
      break;
    case 1:
      bytes[place] = static_cast<char>(bytes[place] ^ (1 << random.Below(8)));
      break;
    case 2:
      bytes.insert(place, 1, static_cast<char>(random.Below(256)));
      break;
    case 3:
      bytes.erase(place, static_cast<size_t>(1 + random.Below(8)));
      break;
    default:
      bytes.insert(place, bytes.substr(0, static_cast<size_t>(random.Below(40))));
      break;
  }
  if (bytes.empty()) bytes = "\x01";
}

}  // namespace storage
