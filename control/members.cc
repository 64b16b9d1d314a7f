#include "control/members.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "shadow/legible.h"

namespace control {
namespace {

using Kind = policy::Node::Kind;

constexpr size_t kShownBytesMax = 200;  // of a value that is told back

template <char... kPunctuation>
bool OfNames(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || ((c == kPunctuation) || ...);
  });
}

bool OfDigits(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
}

bool OfCertificateId(absl::string_view text) {
  if (absl::StartsWith(text, "0x")) text.remove_prefix(2);
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isxdigit(static_cast<unsigned char>(c));
  });
}

bool OfBase64(absl::string_view text) {
  const size_t end = text.find('=');
  return OfNames<'+', '/'>(text.substr(0, end)) &&
         (end == text.npos || text.substr(end).find_first_not_of('=') == text.npos) &&
         (end == text.npos || text.size() - end <= 2);
}

// Anything but control characters: AWS's [\p{Graph}\x20]*.
bool OfPrintable(absl::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return absl::ascii_iscntrl(static_cast<unsigned char>(c)); });
}

// Letters and digits of any script: all bytes beyond ASCII are let pass, as UTF-8 was checked.
bool OfTags(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || absl::ascii_isalnum(byte) ||
           absl::string_view(" _.:/=+-@").find(c) != absl::string_view::npos;
  });
}

size_t Characters(absl::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

std::string Shown(absl::string_view value) {
  std::string shown;
  shadow::AppendLegible(value.substr(0, kShownBytesMax), shown);
  return shown;
}

// What of `shape` a text does not keep to, one after the other.
std::vector<std::string> Broken(absl::string_view text, const Shape& shape) {
  std::vector<std::string> broken;
  const size_t characters = Characters(text);
  if (shape.most > 0 && characters > shape.most) {
    broken.push_back(absl::StrCat("Member must have length less than or equal to ", shape.most));
  }
  if (characters < shape.least) {
    broken.push_back(
        absl::StrCat("Member must have length greater than or equal to ", shape.least));
  }
  if (shape.fits != nullptr && !shape.fits(text)) {
    broken.push_back(
        absl::StrCat("Member must satisfy regular expression pattern: ", shape.pattern));
  }
  return broken;
}

// All that a map's keys or values must be, as AWS tells it in brackets.
std::string Rules(const Shape& shape) {
  std::vector<std::string> rules;
  if (shape.most > 0) {
    rules.push_back(absl::StrCat("Member must have length less than or equal to ", shape.most));
  }
  if (shape.least > 0) {
    rules.push_back(absl::StrCat("Member must have length greater than or equal to ", shape.least));
  }
  if (!shape.pattern.empty()) {
    rules.push_back(
        absl::StrCat("Member must satisfy regular expression pattern: ", shape.pattern));
  }
  return absl::StrCat("[", absl::StrJoin(rules, ", "), "]");
}

std::string EnumRule(absl::Span<const absl::string_view> words) {
  return absl::StrCat("Member must satisfy enum value set: [", absl::StrJoin(words, ", "), "]");
}

}  // namespace

const Shape kThingName = {"[a-zA-Z0-9:_-]+", OfNames<':', '_', '-'>, 1, 128};
const Shape kAttributeName = {"[a-zA-Z0-9_.,@/:#-]+",
                              OfNames<'_', '.', ',', '@', '/', ':', '#', '-'>, 1, 128};
const Shape kAttributeValue = {"[a-zA-Z0-9_.,@/:#=\\[\\]-]*",
                               OfNames<'_', '.', ',', '@', '/', ':', '#', '=', '[', ']', '-'>, 0,
                               800};
const Shape kPolicyName = {"[\\w+=,.@-]+", OfNames<'_', '+', '=', ',', '.', '@', '-'>, 1, 128};
const Shape kVersionId = {"[0-9]+", OfDigits, 1, 0};
const Shape kCertificateId = {"(0x)?[a-fA-F0-9]+", OfCertificateId, 64, 64};
const Shape kTagKey = {"([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)", OfTags, 1, 128};
const Shape kTagValue = {"([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)", OfTags, 0, 256};
const Shape kDescription = {"[\\p{Graph}\\x20]*", OfPrintable, 0, 2028};
const Shape kMarker = {"[A-Za-z0-9+/]+={0,2}", OfBase64, 0, 1024};
const Shape kTemplateName = {"[0-9A-Za-z_-]+", OfNames<'_', '-'>, 1, 36};
const Shape kTemplateBody = {"[\\s\\S]*", nullptr, 0, 10240};
const Shape kRoleArn = {"", nullptr, 20, 2048};
const Shape kAnyText = {"", nullptr, 0, 0};
const Shape kCsr = {"[\\s\\S]*", nullptr, 1, 4096};
const Shape kPem = {"[\\s\\S]*", nullptr, 1, 65536};

void Members::Fail(absl::string_view value, absl::string_view member,
                   absl::string_view constraint) {
  wrong_.push_back(absl::StrCat("Value '", Shown(value), "' at '", member,
                                "' failed to satisfy constraint: ", constraint));
}

void Members::Miss(absl::string_view member) {
  wrong_.push_back(absl::StrCat("Value null at '", member,
                                "' failed to satisfy constraint: Member must not be null"));
}

void Members::Check(absl::string_view value, absl::string_view member, const Shape& shape) {
  for (const std::string& rule : Broken(value, shape)) Fail(value, member, rule);
}

std::string Members::Label(absl::string_view name, const Shape& shape) {
  std::string value(call_.Label(name));
  Check(value, name, shape);
  return value;
}

std::optional<std::string> Members::Query(absl::string_view name, const Shape& shape) {
  const auto value = call_.target.Find(name);
  if (!value) return std::nullopt;
  Check(*value, name, shape);
  return std::string(*value);
}

std::string Members::NeedQuery(absl::string_view name, const Shape& shape) {
  auto value = Query(name, shape);
  if (!value) Miss(name);
  return std::move(value).value_or("");
}

bool Members::QueryFlag(absl::string_view name, bool usual) {
  const auto value = call_.target.Find(name);
  if (!value) return usual;
  if (absl::EqualsIgnoreCase(*value, "true")) return true;
  if (!absl::EqualsIgnoreCase(*value, "false")) Fail(*value, name, "Member must be a boolean");
  return false;
}

std::optional<uint64_t> Members::QueryNumber(absl::string_view name, uint64_t least,
                                             uint64_t most) {
  const auto value = call_.target.Find(name);
  if (!value) return std::nullopt;
  int64_t number = 0;
  if (!absl::SimpleAtoi(*value, &number)) {
    Fail(*value, name, "Member must be a number");
  } else if (number > 0 && static_cast<uint64_t>(number) > most) {
    Fail(*value, name, absl::StrCat("Member must have value less than or equal to ", most));
  } else if (number < 0 || static_cast<uint64_t>(number) < least) {
    Fail(*value, name, absl::StrCat("Member must have value greater than or equal to ", least));
  }
  return static_cast<uint64_t>(number);
}

std::string Members::Header(absl::string_view name, absl::string_view member, const Shape& shape) {
  const absl::string_view value = call_.request.Find(name).value_or("");
  if (value.empty()) {
    Miss(member);
  } else {
    Check(value, member, shape);
  }
  return std::string(value);
}

const policy::Node* Members::At(absl::string_view path) const {
  const policy::Node* node = &call_.body;
  for (const absl::string_view name : absl::StrSplit(path, '.')) {
    node = node->Find(name);
    if (node == nullptr || node->kind == Kind::kNull) return nullptr;
  }
  return node;
}

const policy::Node* Members::At(absl::string_view path, Kind kind) {
  // An object on the way must be one, too.
  for (size_t dot = path.find('.'); dot != path.npos; dot = path.find('.', dot + 1)) {
    const policy::Node* const above = At(path.substr(0, dot));
    if (above == nullptr) return nullptr;
    if (above->kind != Kind::kObject && !misshapen_) {
      misshapen_ = absl::StrCat("'", path.substr(0, dot), "' must be an object, not ",
                                policy::KindText(above->kind));
    }
  }
  const policy::Node* const node = At(path);
  if (node == nullptr || node->kind == kind) return node;
  if (!misshapen_) {
    misshapen_ = absl::StrCat("'", path, "' must be ", policy::KindText(kind), ", not ",
                              policy::KindText(node->kind));
  }
  return nullptr;
}

std::optional<std::string> Members::Text(absl::string_view path, const Shape& shape) {
  const policy::Node* const node = At(path, Kind::kString);
  if (node == nullptr) return std::nullopt;
  Check(node->text, path, shape);
  return node->text;
}

std::string Members::Need(absl::string_view path, const Shape& shape) {
  auto value = Text(path, shape);
  if (!value && !Has(path)) Miss(path);
  return std::move(value).value_or("");
}

void Members::NeedObject(absl::string_view path) {
  if (At(path, Kind::kObject) == nullptr && !Has(path)) Miss(path);
}

std::optional<bool> Members::Flag(absl::string_view path) {
  const policy::Node* const node = At(path, Kind::kBool);
  if (node == nullptr) return std::nullopt;
  return node->text == "true";
}

std::optional<uint64_t> Members::Number(absl::string_view path) {
  const policy::Node* const node = At(path, Kind::kNumber);
  uint64_t number = 0;
  if (node == nullptr) return std::nullopt;
  if (!absl::SimpleAtoi(node->text, &number) && !misshapen_) {
    misshapen_ = absl::StrCat("'", path, "' must be a whole number");
  }
  return number;
}

std::optional<std::map<std::string, std::string, std::less<>>> Members::Map(absl::string_view path,
                                                                            const Shape& keys,
                                                                            const Shape& values) {
  const policy::Node* const node = At(path, Kind::kObject);
  if (node == nullptr) return std::nullopt;
  std::map<std::string, std::string, std::less<>> map;
  bool keys_fit = true;
  bool values_fit = true;
  for (size_t i = 0; i < node->names.size(); ++i) {
    const policy::Node& value = node->elements[i];
    if (value.kind == Kind::kNull) continue;
    if (value.kind != Kind::kString) {
      misshapen_ = absl::StrCat("a value in '", path, "' must be a string");
      continue;
    }
    keys_fit = keys_fit && Broken(node->names[i].text, keys).empty();
    values_fit = values_fit && Broken(value.text, values).empty();
    map.emplace(node->names[i].text, value.text);
  }
  const auto fail = [&](absl::string_view what, const Shape& shape) {
    wrong_.push_back(absl::StrCat("Value at '", path, "' failed to satisfy constraint: Map ", what,
                                  " must satisfy constraint: ", Rules(shape)));
  };
  if (!keys_fit) fail("keys", keys);
  if (!values_fit) fail("value", values);
  return map;
}

std::optional<std::vector<std::string>> Members::Texts(absl::string_view path, const Shape& shape) {
  const policy::Node* const node = At(path, Kind::kArray);
  if (node == nullptr) return std::nullopt;
  std::vector<std::string> texts;
  bool fit = true;
  for (const policy::Node& element : node->elements) {
    if (element.kind != Kind::kString) {
      misshapen_ = absl::StrCat("an element of '", path, "' must be a string");
      continue;
    }
    fit = fit && Broken(element.text, shape).empty();
    texts.push_back(element.text);
  }
  if (!fit) {
    Fail(absl::StrCat("[", absl::StrJoin(texts, ", "), "]"), path,
         absl::StrCat("Member must satisfy constraint: ", Rules(shape)));
  }
  return texts;
}

std::vector<const policy::Node*> Members::Objects(absl::string_view path) {
  std::vector<const policy::Node*> objects;
  const policy::Node* const node = At(path, Kind::kArray);
  if (node == nullptr) return objects;
  for (const policy::Node& element : node->elements) {
    if (element.kind == Kind::kObject) {
      objects.push_back(&element);
    } else {
      misshapen_ = absl::StrCat("an element of '", path, "' must be an object");
    }
  }
  return objects;
}

std::string Members::ElementText(const policy::Node& object, absl::string_view name,
                                 absl::string_view member, const Shape& shape) {
  const policy::Node* const node = object.Find(name);
  if (node == nullptr || node->kind == Kind::kNull) {
    Miss(member);
    return "";
  }
  if (node->kind != Kind::kString) {
    misshapen_ =
        absl::StrCat("'", member, "' must be a string, not ", policy::KindText(node->kind));
    return "";
  }
  Check(node->text, member, shape);
  return node->text;
}

std::optional<std::string> Members::Word(absl::string_view path,
                                         absl::Span<const absl::string_view> words) {
  auto value = Text(path, kAnyText);
  if (value && std::find(words.begin(), words.end(), *value) == words.end()) {
    Fail(*value, path, EnumRule(words));
  }
  return value;
}

std::optional<std::string> Members::QueryWord(absl::string_view name,
                                              absl::Span<const absl::string_view> words) {
  auto value = Query(name, kAnyText);
  if (value && std::find(words.begin(), words.end(), *value) == words.end()) {
    Fail(*value, name, EnumRule(words));
  }
  return value;
}

std::optional<Refusal> Members::Refused() const {
  if (misshapen_) return InvalidRequest(*misshapen_);
  if (wrong_.empty()) return std::nullopt;
  return InvalidRequest(absl::StrCat(wrong_.size(), " validation error",
                                     wrong_.size() == 1 ? "" : "s",
                                     " detected: ", absl::StrJoin(wrong_, "; ")));
}

}  // namespace control
