#include "policy/json_tree.h"

#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "policy/entry_json.h"

namespace policy {
namespace {

// Turns offsets into places; they must come in rising order.
class PlaceCounter {
 public:
  explicit PlaceCounter(absl::string_view text) : text_(text) {}

  Place At(size_t offset) {
    for (; at_ < offset && at_ < text_.size(); ++at_) {
      if (text_[at_] == '\n') {
        ++place_.line;
        place_.column = 1;
      } else {
        ++place_.column;
      }
    }
    return place_;
  }

 private:
  absl::string_view text_;
  size_t at_ = 0;
  Place place_;
};

// RapidJSON's handler. It is called when a token has been read; the token began after the end of
// the one before, past blanks and separators.
class Builder {
 public:
  Builder(absl::string_view text, const rapidjson::MemoryStream& stream)
      : text_(text), stream_(stream), places_(text) {}

  bool Null() { return Add(Node::Kind::kNull, ""); }
  bool Bool(bool value) { return Add(Node::Kind::kBool, value ? "true" : "false"); }
  bool RawNumber(const char* data, rapidjson::SizeType size, bool) {
    return Add(Node::Kind::kNumber, {data, size});
  }
  bool String(const char* data, rapidjson::SizeType size, bool) {
    return Add(Node::Kind::kString, {data, size});
  }
  bool StartObject() { return Open(Node::Kind::kObject); }
  bool StartArray() { return Open(Node::Kind::kArray); }
  bool EndObject(rapidjson::SizeType) { return Close(); }
  bool EndArray(rapidjson::SizeType) { return Close(); }

  bool Key(const char* data, rapidjson::SizeType size, bool) {
    auto& names = open_.back().names;
    Node::Name name{{data, size}, Begin()};
    const auto same = [&](const Node::Name& other) { return other.text == name.text; };
    if (std::any_of(names.begin(), names.end(), same)) {
      return Refuse(name.place, absl::StrCat("the name \"", name.text, "\" is given twice"));
    }
    names.push_back(std::move(name));
    return true;
  }

  // Never called: numbers come raw.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(int64_t) { return false; }
  bool Uint64(uint64_t) { return false; }
  bool Double(double) { return false; }

  const absl::Status& refusal() const { return refusal_; }
  Place PlaceAt(size_t offset) { return places_.At(offset); }
  Node Take() { return std::move(root_); }

 private:
  Place Begin() {
    const size_t begin = text_.find_first_not_of(" \t\r\n,:", end_);
    end_ = stream_.Tell();
    return places_.At(begin);
  }

  bool Refuse(const Place& place, absl::string_view reason) {
    refusal_ = Fault(place, reason);
    return false;
  }

  bool Add(Node::Kind kind, absl::string_view text) {
    Node node;
    node.kind = kind;
    node.place = Begin();
    node.text = std::string(text);
    Put(std::move(node));
    return true;
  }

  bool Open(Node::Kind kind) {
    Node node;
    node.kind = kind;
    node.place = Begin();
    if (open_.size() == kNestingMax) {
      return Refuse(node.place, absl::StrCat("nested deeper than ", kNestingMax, " levels"));
    }
    open_.push_back(std::move(node));
    return true;
  }

  bool Close() {
    end_ = stream_.Tell();
    Node node = std::move(open_.back());
    open_.pop_back();
    Put(std::move(node));
    return true;
  }

  void Put(Node node) {
    if (open_.empty()) {
      root_ = std::move(node);
    } else {
      open_.back().elements.push_back(std::move(node));
    }
  }

  absl::string_view text_;
  const rapidjson::MemoryStream& stream_;
  PlaceCounter places_;
  size_t end_ = 0;  // of the last token
  std::vector<Node> open_;
  Node root_;
  absl::Status refusal_;
};

}  // namespace

std::string PlaceText(const Place& place) { return absl::StrCat(place.line, ":", place.column); }

absl::Status Fault(const Place& place, absl::string_view reason) {
  return absl::InvalidArgumentError(absl::StrCat(PlaceText(place), ": ", reason));
}

const Node* Node::Find(absl::string_view name) const {
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i].text == name) return &elements[i];
  }
  return nullptr;
}

absl::string_view KindText(Node::Kind kind) {
  constexpr absl::string_view kTexts[] = {"null",     "true or false", "a number",
                                          "a string", "a list",        "an object"};
  return kTexts[static_cast<size_t>(kind)];
}

std::string JsonOf(const Node& node) {
  const auto join = [&](absl::string_view open, absl::string_view close, auto one) {
    std::vector<std::string> parts;
    for (size_t i = 0; i < node.elements.size(); ++i) parts.push_back(one(i));
    return absl::StrCat(open, absl::StrJoin(parts, ","), close);
  };
  switch (node.kind) {
    case Node::Kind::kNull:
      return "null";
    case Node::Kind::kString:
      return Quoted(node.text);
    case Node::Kind::kArray:
      return join("[", "]", [&](size_t i) { return JsonOf(node.elements[i]); });
    case Node::Kind::kObject:
      return join("{", "}", [&](size_t i) {
        return absl::StrCat(Quoted(node.names[i].text), ":", JsonOf(node.elements[i]));
      });
    default:
      return node.text;
  }
}

absl::Status WantKind(const Node& node, Node::Kind kind, absl::string_view what) {
  if (node.kind == kind) return absl::OkStatus();
  return Fault(node.place,
               absl::StrCat(what, " must be ", KindText(kind), ", not ", KindText(node.kind)));
}

absl::Status RefuseUnknown(const Node& object, absl::string_view what,
                           absl::Span<const absl::string_view> known) {
  for (const Node::Name& name : object.names) {
    if (std::find(known.begin(), known.end(), name.text) != known.end()) continue;
    return Fault(name.place, absl::StrCat(what, " cannot have \"", name.text, "\""));
  }
  return absl::OkStatus();
}

absl::StatusOr<Node> ParseJsonTree(absl::string_view text, size_t bytes_max) {
  if (text.size() > bytes_max) {
    return Fault(Place(), absl::StrCat(text.size(), " bytes are more than the ", bytes_max,
                                       " that a file may have"));
  }
  rapidjson::MemoryStream stream(text.data(), text.size());
  Builder builder(text, stream);
  rapidjson::Reader reader;
  constexpr unsigned kFlags =
      rapidjson::kParseValidateEncodingFlag | rapidjson::kParseNumbersAsStringsFlag;
  const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, builder);
  if (!builder.refusal().ok()) return builder.refusal();
  if (result.IsError()) {
    return Fault(builder.PlaceAt(result.Offset()),
                 absl::StrCat("not JSON: ", rapidjson::GetParseError_En(result.Code())));
  }
  if (stream.Tell() != text.size()) {  // RapidJSON takes a zero byte for the end
    return Fault(builder.PlaceAt(stream.Tell()), "not JSON: a zero byte");
  }
  return builder.Take();
}

}  // namespace policy
