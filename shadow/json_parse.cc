// From JSON text to a tree: RapidJSON's reader feeds a builder that keeps canonical texts.
#include <rapidjson/encodings.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "shadow/json.h"

namespace shadow {
namespace {

using Utf8 = rapidjson::UTF8<>;

// Doubles with a decimal exponent in this range are printed without one.
constexpr int kFixedExponentMin = -4;
constexpr int kFixedExponentMax = 15;

// Turns "d.ddde+XX" (what to_chars gives, always the shortest digits) into the layout that most
// JSON writers use: 0.0001 up to 9999999999999998.0 without an exponent, always with a point or an
// 'e'.
std::string LayOutDouble(absl::string_view scientific) {
  const bool negative = absl::ConsumePrefix(&scientific, "-");
  const size_t e = scientific.find('e');
  const int exponent = std::atoi(std::string(scientific.substr(e + 1)).c_str());
  std::string digits(scientific.substr(0, 1));
  if (e > 2) digits.append(scientific.data() + 2, e - 2);

  std::string out = negative ? "-" : "";
  if (exponent < kFixedExponentMin || exponent > kFixedExponentMax) {
    out.append(scientific.data(), scientific.size());
  } else if (exponent < 0) {
    out.append("0.").append(static_cast<size_t>(-exponent - 1), '0').append(digits);
  } else {
    const size_t whole = static_cast<size_t>(exponent) + 1;
    if (digits.size() < whole) digits.append(whole - digits.size(), '0');
    out.append(digits, 0, whole).append(".");
    out.append(digits.size() > whole ? digits.substr(whole) : "0");
  }
  return out;
}

// Nothing for a number beyond the range of a double: there is no JSON text to give back for it.
std::optional<absl::string_view> CanonicalNumber(absl::string_view text, Arena& arena) {
  if (text.find_first_of(".eE") == absl::string_view::npos) {
    return arena.Copy(text == "-0" ? "0" : text);
  }
  const double number = std::strtod(std::string(text).c_str(), nullptr);
  if (!std::isfinite(number)) return std::nullopt;
  char buffer[40];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::scientific).ptr;
  return arena.Copy(LayOutDouble({buffer, static_cast<size_t>(end - buffer)}));
}

// Up to here comparing every key with every other beats hashing them.
constexpr size_t kFewMembers = 24;

// Receives RapidJSON's events. Children wait on two stacks until their container ends.
class Builder : public rapidjson::BaseReaderHandler<Utf8, Builder> {
 public:
  Builder(int64_t timestamp, Arena& arena) : timestamp_(timestamp), arena_(arena) {}

  const Value& root() const { return values_.front(); }

  bool Null() { return Push(Kind::kNull, "null"); }
  bool Bool(bool b) { return b ? Push(Kind::kTrue, "true") : Push(Kind::kFalse, "false"); }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool) {
    const auto canonical = CanonicalNumber({text, size}, arena_);
    return canonical && Push(Kind::kNumber, *canonical);
  }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    return Push(Kind::kString, CanonicalString({text, size}));
  }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    keys_.push_back(CanonicalString({text, size}));
    return true;
  }
  bool StartObject() { return true; }
  bool StartArray() { return true; }

  bool EndObject(rapidjson::SizeType size) {
    members_.clear();
    const size_t first_key = keys_.size() - size;
    const size_t first_value = values_.size() - size;
    for (size_t i = 0; i < size; ++i) {
      members_.push_back({keys_[first_key + i], values_[first_value + i]});
    }
    keys_.resize(first_key);
    values_.resize(first_value);
    DropDuplicates();
    values_.push_back(Value::Object(arena_.Copy(absl::Span<const Member>(members_))));
    return true;
  }

  bool EndArray(rapidjson::SizeType size) {
    const auto elements = absl::MakeConstSpan(values_).last(size);
    const Value array = Value::Array(arena_.Copy(elements));
    values_.resize(values_.size() - size);
    values_.push_back(array);
    return true;
  }

 private:
  bool Push(Kind kind, absl::string_view text) {
    values_.push_back(Value::Scalar(kind, text, timestamp_));
    return true;
  }

  absl::string_view CanonicalString(absl::string_view text) {
    scratch_.clear();
    PrintJsonString(text, scratch_);
    return arena_.Copy(scratch_);
  }

  // The last of several equal keys wins, in the place of the first (Q22).
  void DropDuplicates() {
    if (members_.size() <= kFewMembers ? !HasDuplicateOfFew() : !HasDuplicate()) return;
    absl::flat_hash_map<absl::string_view, size_t> places;
    size_t next = 0;
    for (const Member& member : members_) {
      const auto [place, is_new] = places.try_emplace(member.key, next);
      members_[place->second] = {place->first, member.value};
      next += is_new;
    }
    members_.resize(next);
  }

  bool HasDuplicateOfFew() const {
    for (size_t i = 1; i < members_.size(); ++i) {
      for (size_t k = 0; k < i; ++k) {
        if (members_[k].key == members_[i].key) return true;
      }
    }
    return false;
  }

  bool HasDuplicate() const {
    absl::flat_hash_set<absl::string_view> keys;
    keys.reserve(members_.size());
    return !std::all_of(members_.begin(), members_.end(),
                        [&](const Member& member) { return keys.insert(member.key).second; });
  }

  const int64_t timestamp_;
  Arena& arena_;
  std::vector<Value> values_;
  std::vector<absl::string_view> keys_;
  std::vector<Member> members_;
  std::string scratch_;
};

constexpr unsigned kParseFlags =
    rapidjson::kParseStopWhenDoneFlag | rapidjson::kParseNumbersAsStringsFlag;

// RapidJSON parses twice as fast recursively; with this many brackets at most that is safe.
constexpr std::ptrdiff_t kBracketsForRecursionMax = 200;

bool MayRecurse(absl::string_view payload) {
  return std::count_if(payload.begin(), payload.end(),
                       [](char c) { return c == '[' || c == '{'; }) <= kBracketsForRecursionMax;
}

}  // namespace

std::optional<Value> ParseJson(absl::string_view payload, int64_t timestamp, Arena& arena) {
  absl::ConsumePrefix(&payload, "\xEF\xBB\xBF");  // a byte order mark, as Jackson does
  rapidjson::MemoryStream stream(payload.data(), payload.size());
  Builder builder(timestamp, arena);
  rapidjson::Reader reader;
  const auto parsed =
      MayRecurse(payload)
          ? reader.Parse<kParseFlags>(stream, builder)
          : reader.Parse<kParseFlags | rapidjson::kParseIterativeFlag>(stream, builder);
  if (parsed.IsError()) return std::nullopt;
  return builder.root();
}

bool IsUtf8(absl::string_view bytes) {
  struct Nowhere {
    void Put(char) {}
  } nowhere;
  rapidjson::MemoryStream stream(bytes.data(), bytes.size());
  while (stream.Tell() < bytes.size()) {
    const size_t left = bytes.size() - stream.Tell();
    uint64_t eight;
    if (left >= sizeof eight) {
      std::memcpy(&eight, stream.src_, sizeof eight);
      if ((eight & 0x8080808080808080) == 0) {
        stream.src_ += sizeof eight;
        continue;
      }
    }
    if (!Utf8::Validate(stream, nowhere)) return false;
  }
  return true;
}

std::string Unescape(absl::string_view json_string) {
  struct Taker : rapidjson::BaseReaderHandler<Utf8, Taker> {
    std::string text;
    bool String(const char* s, rapidjson::SizeType size, bool) {
      text.assign(s, size);
      return true;
    }
  } taker;
  rapidjson::MemoryStream stream(json_string.data(), json_string.size());
  rapidjson::Reader reader;
  reader.Parse(stream, taker);
  return std::move(taker.text);
}

}  // namespace shadow
