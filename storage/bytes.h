// The building blocks of stored bytes (docs/storage-format.md): varints, zigzag, fixed numbers.
#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace storage {

// Seven bits a byte, the lowest first; a set high bit says that more follow.
inline void AppendVarint(uint64_t number, std::string& out) {
  for (; number >= 0x80; number >>= 7) out.push_back(static_cast<char>(number | 0x80));
  out.push_back(static_cast<char>(number));
}

// The same at `at`; gives the place behind it.
inline char* WriteVarint(uint64_t number, char* at) {
  for (; number >= 0x80; number >>= 7) *at++ = static_cast<char>(number | 0x80);
  *at++ = static_cast<char>(number);
  return at;
}

// How many bytes that takes.
inline size_t VarintBytes(uint64_t number) {
  size_t bytes = 1;
  for (; number >= 0x80; number >>= 7) ++bytes;
  return bytes;
}

// A varint that is small where `number` is near zero on either side.
inline uint64_t Zigzag(int64_t number) {
  return static_cast<uint64_t>(number) << 1 ^ (number < 0 ? ~uint64_t{0} : 0);
}

inline void AppendZigzag(int64_t number, std::string& out) { AppendVarint(Zigzag(number), out); }

// Eight bytes, the lowest first.
inline void AppendFixed(int64_t number, std::string& out) {
  for (int shift = 0; shift < 64; shift += 8) {
    out.push_back(static_cast<char>(static_cast<uint64_t>(number) >> shift));
  }
}

// Eight bytes, the highest first, so that keys sort as their numbers do.
inline void AppendBigEndian(uint64_t number, std::string& out) {
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>(number >> shift));
}

// Of the first eight bytes.
inline uint64_t ReadBigEndian(absl::string_view bytes) {
  uint64_t number = 0;
  for (const char byte : bytes.substr(0, 8))
    number = number << 8 | static_cast<unsigned char>(byte);
  return number;
}

// a - b and a + b as 64-bit clocks do it: every difference can be stored and taken back, whatever
// bytes it was read from.
inline int64_t Difference(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b));
}
inline int64_t Sum(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}

// Takes numbers and texts off the front of `bytes`, which may be anything. Each function gives
// false where they are not there, and the reader is of no more use then.
class ByteReader {
 public:
  explicit ByteReader(absl::string_view bytes) : bytes_(bytes) {}

  size_t left() const { return bytes_.size(); }

  bool Byte(unsigned char& byte) {
    if (bytes_.empty()) return false;
    byte = static_cast<unsigned char>(bytes_.front());
    bytes_.remove_prefix(1);
    return true;
  }

  // False too for more than 64 bits and for a longer form than AppendVarint's: a number has one
  // form.
  bool Varint(uint64_t& number) {
    number = 0;
    unsigned char byte;
    for (int shift = 0; shift < 64; shift += 7) {
      if (!Byte(byte)) return false;
      number |= static_cast<uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return (byte != 0 || shift == 0) && (shift < 63 || byte == 1);
    }
    return false;
  }

  bool Zigzag(int64_t& number) {
    uint64_t bits;
    if (!Varint(bits)) return false;
    number = static_cast<int64_t>(bits >> 1 ^ ((bits & 1) != 0 ? ~uint64_t{0} : 0));
    return true;
  }

  bool Fixed(int64_t& number) {
    if (bytes_.size() < sizeof number) return false;
    uint64_t bits = 0;
    for (size_t i = 0; i < sizeof bits; ++i) {
      bits |= static_cast<uint64_t>(static_cast<unsigned char>(bytes_[i])) << (8 * i);
    }
    number = static_cast<int64_t>(bits);
    bytes_.remove_prefix(sizeof bits);
    return true;
  }

  // The next `size` bytes, in place.
  bool Text(uint64_t size, absl::string_view& text) {
    if (size > bytes_.size()) return false;
    text = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return true;
  }

 private:
  absl::string_view bytes_;
};

}  // namespace storage
