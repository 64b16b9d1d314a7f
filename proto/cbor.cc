#include "proto/cbor.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "shadow/json.h"

namespace proto {
namespace {

absl::Status Unread(absl::string_view reason) { return absl::InvalidArgumentError(reason); }

// Major types of RFC 8949, section 3.1.
constexpr uint8_t kNegative = 1;
constexpr uint8_t kBytes = 2;
constexpr uint8_t kText = 3;
constexpr uint8_t kTag = 6;
constexpr uint8_t kSimple = 7;
constexpr uint8_t kIndefinite = 31;  // additional information

constexpr absl::string_view kTooShort = "the CBOR ends too early";

// An item without what stands in it.
struct Head {
  uint8_t major = 0;
  uint8_t info = 0;
  uint64_t argument = 0;
};

// Takes one off the front.
absl::StatusOr<Head> TakeHead(absl::string_view& bytes) {
  const auto first = static_cast<uint8_t>(bytes.front());
  bytes.remove_prefix(1);
  Head head{.major = static_cast<uint8_t>(first >> 5), .info = static_cast<uint8_t>(first & 31)};
  if (head.info == kIndefinite) return Unread("CBOR of indefinite length is not taken");
  if (head.info > 27) return Unread("this is no CBOR: a length is reserved");
  head.argument = head.info;
  if (head.info < 24) return head;
  const size_t width = size_t{1} << (head.info - 24);
  if (bytes.size() < width) return Unread(kTooShort);
  head.argument = 0;
  for (size_t i = 0; i < width; ++i) {
    head.argument = head.argument << 8 | static_cast<uint8_t>(bytes[i]);
  }
  bytes.remove_prefix(width);
  return head;
}

absl::Status CheckHead(const Head& head) {
  if (head.major == kTag) return Unread("tags of CBOR are not taken");
  if (head.major == kSimple && head.info >= 25) return Unread("floats of CBOR are not taken");
  if (head.major == kSimple && (head.info < 20 || head.info > 22)) {
    return Unread("of CBOR's simple values only false, true and null are taken");
  }
  if (head.major == kNegative && head.argument > uint64_t{INT64_MAX}) {
    return Unread("an integer of the CBOR is below -2^63");
  }
  return absl::OkStatus();
}

// Whether there is nothing but what is taken. Items of definite length stand one behind the other
// however they are nested, so this needs no stack; how they nest is for the library to see.
absl::Status CheckItems(absl::string_view bytes) {
  while (!bytes.empty()) {
    const auto head = TakeHead(bytes);
    if (!head.ok()) return head.status();
    if (absl::Status status = CheckHead(*head); !status.ok()) return status;
    if (head->major != kBytes && head->major != kText) continue;
    if (bytes.size() < head->argument) return Unread(kTooShort);
    if (head->major == kText && !shadow::IsUtf8(bytes.substr(0, head->argument))) {
      return Unread("a text of the CBOR is not UTF-8");
    }
    bytes.remove_prefix(head->argument);
  }
  return absl::OkStatus();
}

// Is told by the library what it reads, and words it.
class Wording : public nlohmann::json_sax<nlohmann::json> {
 public:
  std::string Finish() { return std::move(json_); }
  const std::string& fault() const { return fault_; }

  bool null() override { return Value("null"); }
  bool boolean(bool value) override { return Value(value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override { return Value(absl::StrCat(value)); }
  bool number_unsigned(number_unsigned_t value) override { return Value(absl::StrCat(value)); }
  bool number_float(number_float_t, const string_t&) override { return false; }
  bool string(string_t& value) override { return Value(Quoted(value)); }
  bool binary(binary_t& value) override {
    const absl::string_view bytes(reinterpret_cast<const char*>(value.data()), value.size());
    return Value(Quoted(absl::Base64Escape(bytes)));
  }
  bool start_array(size_t) override { return Open('['); }
  bool end_array() override { return Close(']'); }
  bool start_object(size_t) override { return Open('{'); }
  bool end_object() override { return Close('}'); }
  bool key(string_t& name) override {
    if (!open_.back().insert(name).second) {
      return Fail(absl::StrCat("a map of the CBOR has ", Quoted(name), " twice"));
    }
    Separate();
    absl::StrAppend(&json_, Quoted(name), ":");
    is_after_key_ = true;
    return true;
  }
  bool parse_error(size_t, const std::string&, const nlohmann::detail::exception& error) override {
    // Of the library's errors: what is left to it, as CheckItems has seen the rest.
    constexpr int kEndsEarly = 110;
    constexpr int kNoText = 113;
    if (error.id == kNoText) return Fail("a key of a map of the CBOR is no text");
    if (error.id != kEndsEarly) return Fail("this is no CBOR");
    const bool is_whole = open_.empty() && !json_.empty();
    return Fail(is_whole ? "something stands behind the end of the CBOR" : kTooShort);
  }

 private:
  static std::string Quoted(absl::string_view text) {
    std::string quoted;
    shadow::PrintJsonString(text, quoted);
    return quoted;
  }
  bool Fail(absl::string_view fault) {
    fault_ = std::string(fault);
    return false;
  }
  void Separate() {
    const bool first = json_.empty() || json_.back() == '[' || json_.back() == '{';
    if (!first && !is_after_key_) json_ += ',';
    is_after_key_ = false;
  }
  bool Value(absl::string_view text) {
    Separate();
    absl::StrAppend(&json_, text);
    return true;
  }
  bool Open(char bracket) {
    if (open_.size() == kCborDepthMax) {
      return Fail(absl::StrCat("the CBOR is nested deeper than ", kCborDepthMax));
    }
    Separate();
    json_ += bracket;
    open_.emplace_back();
    return true;
  }
  bool Close(char bracket) {
    json_ += bracket;
    open_.pop_back();
    return true;
  }

  std::string json_;
  std::string fault_;
  std::vector<std::set<std::string>> open_;  // the keys of each map so far
  bool is_after_key_ = false;
};

}  // namespace

absl::StatusOr<std::string> JsonOfCbor(absl::string_view bytes) {
  if (bytes.empty()) return Unread(kTooShort);
  if (absl::Status status = CheckItems(bytes); !status.ok()) return status;
  Wording wording;
  const bool is_read = nlohmann::json::sax_parse(bytes.data(), bytes.data() + bytes.size(),
                                                 &wording, nlohmann::json::input_format_t::cbor);
  if (!is_read) return Unread(wording.fault());
  return wording.Finish();
}

std::string CborOfJson(absl::string_view json) {
  using Tree = nlohmann::ordered_json;
  constexpr bool kThrow = false;
  Tree tree = Tree::parse(json.data(), json.data() + json.size(), nullptr, kThrow);
  if (tree.is_discarded()) tree = nullptr;
  std::string bytes;
  Tree::to_cbor(tree, bytes);
  return bytes;
}

}  // namespace proto
