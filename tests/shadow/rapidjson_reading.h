// How RapidJSON reads a payload: an independent opinion on what is JSON and what it says.
#pragma once

#include <rapidjson/encodings.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "shadow/json.h"
#include "shadow/json_text.h"

namespace shadow {

// Prints what it is told as compact JSON with canonical scalars; duplicate keys stay.
class CanonicalPrinter : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, CanonicalPrinter> {
 public:
  const std::string& text() const { return text_; }

  bool Null() { return Put("null"); }
  bool Bool(bool b) { return Put(b ? "true" : "false"); }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool) {
    Arena arena;
    const auto canonical = CanonicalNumber({text, size}, arena);
    return canonical && Put(*canonical);
  }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    Separate();
    PrintJsonString({text, size}, text_);
    return true;
  }
  bool Key(const char* text, rapidjson::SizeType size, bool copy) {
    String(text, size, copy);
    text_.push_back(':');
    return true;
  }
  bool StartObject() { return Put("{"); }
  bool StartArray() { return Put("["); }
  bool EndObject(rapidjson::SizeType) { return Close('}'); }
  bool EndArray(rapidjson::SizeType) { return Close(']'); }

 private:
  void Separate() {
    if (!text_.empty() && text_.back() != '{' && text_.back() != '[' && text_.back() != ':') {
      text_.push_back(',');
    }
  }
  bool Put(absl::string_view token) {
    Separate();
    absl::StrAppend(&text_, token);
    return true;
  }
  bool Close(char bracket) {
    text_.push_back(bracket);
    return true;
  }

  std::string text_;
};

inline rapidjson::ParseResult ParseByRapidJson(absl::string_view payload,
                                               CanonicalPrinter& printer) {
  rapidjson::MemoryStream stream(payload.data(), payload.size());
  rapidjson::Reader reader;
  constexpr unsigned kFlags = rapidjson::kParseStopWhenDoneFlag |
                              rapidjson::kParseNumbersAsStringsFlag |
                              rapidjson::kParseIterativeFlag;
  return reader.Parse<kFlags>(stream, printer);
}

inline std::optional<std::string> ReadByRapidJson(absl::string_view payload) {
  CanonicalPrinter printer;
  if (ParseByRapidJson(payload, printer).IsError()) return std::nullopt;
  return printer.text();
}

// It takes a zero with a large exponent, like 0e776, for too large a number.
inline bool FindsAZeroTooLarge(absl::string_view payload) {
  CanonicalPrinter printer;
  const auto result = ParseByRapidJson(payload, printer);
  if (result.Code() != rapidjson::kParseErrorNumberTooBig) return false;
  const absl::string_view number = payload.substr(result.Offset());
  const char first = number[number.find_first_not_of("-0.")];
  return first == 'e' || first == 'E';
}

// True if ParseJson reads `payload`, which is UTF-8 and has no byte order mark, as RapidJSON does.
inline bool ReadsAsRapidJson(absl::string_view payload) {
  Arena arena;
  const auto ours = ParseJson(payload, 0, arena);
  const auto theirs = ReadByRapidJson(payload);
  if (theirs && !IsUtf8(*theirs)) return !ours;  // it takes the second half of a surrogate pair
  if (ours && !theirs && FindsAZeroTooLarge(payload)) return true;
  if (!ours || !theirs) return ours.has_value() == theirs.has_value();
  const auto again = ParseJson(*theirs, 0, arena);  // drops duplicate keys
  std::string our_text;
  std::string their_text;
  PrintJson(*ours, our_text);
  if (again) PrintJson(*again, their_text);
  return our_text == their_text;
}

}  // namespace shadow
