// What the codecs of this room read values with: field after field, and whether all of it was right
// is asked once. A value has one form, so what is read is what would be written.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "absl/strings/string_view.h"
#include "storage/bytes.h"

namespace jobs {

using Texts = std::map<std::string, std::string, std::less<>>;

inline void AppendText(absl::string_view text, std::string& out) {
  storage::AppendVarint(text.size(), out);
  out.append(text.data(), text.size());
}

inline void AppendTexts(const Texts& texts, std::string& out) {
  storage::AppendVarint(texts.size(), out);
  for (const auto& [key, value] : texts) {
    AppendText(key, out);
    AppendText(value, out);
  }
}

class Fields {
 public:
  explicit Fields(storage::ByteReader& bytes) : bytes_(bytes) {}

  uint64_t Number(uint64_t most = INT64_MAX) {
    uint64_t number = 0;
    ok_ = ok_ && bytes_.Varint(number) && number <= most;
    return ok_ ? number : 0;
  }
  int64_t Time() { return static_cast<int64_t>(Number()); }
  bool Flag() { return Number(1) == 1; }

  std::string Text() {
    absl::string_view text;
    const uint64_t size = Number();
    ok_ = ok_ && bytes_.Text(size, text);
    return ok_ ? std::string(text) : std::string();
  }

  // In the order of the keys, each once.
  jobs::Texts Texts() {
    jobs::Texts texts;
    for (uint64_t left = Number(); ok_ && left > 0; --left) {
      std::string key = Text();
      std::string value = Text();
      if (!texts.empty() && key <= texts.rbegin()->first) ok_ = false;
      if (ok_) texts.emplace_hint(texts.end(), std::move(key), std::move(value));
    }
    return texts;
  }

  bool ok() const { return ok_; }
  // All was right, and nothing is left.
  bool Done() const { return ok_ && bytes_.left() == 0; }

 private:
  storage::ByteReader& bytes_;
  bool ok_ = true;
};

}  // namespace jobs
