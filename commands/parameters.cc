#include "commands/parameters.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/types/span.h"
#include "commands/shapes.h"
#include "control/json.h"

namespace commands {
namespace {

using policy::Node;

// AWS's types of parameters, and the kind of value that each has.
constexpr std::pair<absl::string_view, absl::string_view> kTypes[] = {
    {"STRING", "S"},  {"INTEGER", "I"},       {"LONG", "L"},    {"DOUBLE", "D"},
    {"BOOLEAN", "B"}, {"UNSIGNEDLONG", "UL"}, {"BINARY", "BIN"}};

constexpr absl::string_view kRangeOperators[] = {"IN_RANGE", "NOT_IN_RANGE"};
constexpr absl::string_view kSetOperators[] = {"IN_SET", "NOT_IN_SET"};
constexpr absl::string_view kEqualOperators[] = {"EQUALS", "NOT_EQUALS"};
constexpr absl::string_view kOrderOperators[] = {"LESS_THAN", "LESS_THAN_EQUALS", "GREATER_THAN",
                                                 "GREATER_THAN_EQUALS"};

absl::Status Bad(absl::string_view what) { return absl::InvalidArgumentError(what); }

bool IsOneOf(absl::string_view word, absl::Span<const absl::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

const Node* Member(const Node& object, absl::string_view name) {
  const Node* const node = object.Find(name);
  return node == nullptr || node->kind == Node::Kind::kNull ? nullptr : node;
}

// Wide enough for every 64-bit integer.
std::optional<long double> NumberIn(absl::string_view text) {
  long double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number != number) {
    return std::nullopt;
  }
  return number;
}

template <class Integer>
bool IsInteger(const Node& node) {
  Integer number = 0;
  return node.kind == Node::Kind::kNumber && absl::SimpleAtoi(node.text, &number);
}

bool IsOfKind(absl::string_view kind, const Node& node) {
  std::string bytes;
  uint64_t number = 0;
  const bool is_text = node.kind == Node::Kind::kString && !node.text.empty();
  if (kind == "S") return is_text;
  if (kind == "B") return node.kind == Node::Kind::kBool;
  if (kind == "I") return IsInteger<int32_t>(node);
  if (kind == "L") return IsInteger<int64_t>(node);
  if (kind == "D") return node.kind == Node::Kind::kNumber && NumberIn(node.text).has_value();
  if (kind == "BIN") return is_text && absl::Base64Unescape(node.text, &bytes);
  return kind == "UL" && is_text && node.text.find_first_not_of("0123456789") == node.text.npos &&
         absl::SimpleAtoi(node.text, &number);
}

absl::StatusOr<ParameterValue> ReadValue(const Node& node, absl::string_view name) {
  if (node.kind != Node::Kind::kObject || node.names.size() != 1 ||
      !IsOfKind(node.names[0].text, node.elements[0])) {
    return Bad(absl::StrCat("The value of parameter ", name,
                            " must have one of S, B, I, L, D, BIN and UL, and be of that kind"));
  }
  return ParameterValue{.kind = node.names[0].text, .text = node.elements[0].text};
}

absl::StatusOr<std::vector<std::string>> Operands(const Node& operand, absl::string_view one,
                                                  absl::string_view many) {
  std::vector<std::string> texts;
  if (const Node* const node = Member(operand, one)) {
    if (node->kind == Node::Kind::kString) texts.push_back(node->text);
  } else if (const Node* const nodes = Member(operand, many)) {
    for (const Node& element : nodes->elements) {
      if (element.kind == Node::Kind::kString) texts.push_back(element.text);
    }
  }
  return texts;
}

absl::StatusOr<Condition> ReadCondition(const Node& node) {
  const Node* const op = Member(node, "comparisonOperator");
  const Node* const operand = Member(node, "operand");
  const absl::Status bad = Bad("A value condition must have a comparisonOperator and its operand");
  if (op == nullptr || operand == nullptr) return bad;
  Condition condition{.op = op->text};
  const bool is_set = IsOneOf(condition.op, kSetOperators);
  const bool is_order = IsOneOf(condition.op, kOrderOperators);
  if (IsOneOf(condition.op, kRangeOperators)) {
    const Node* const range = Member(*operand, "numberRange");
    if (range == nullptr || Member(*range, "min") == nullptr || Member(*range, "max") == nullptr) {
      return bad;
    }
    condition.of_numbers = true;
    condition.operands = {Member(*range, "min")->text, Member(*range, "max")->text};
  } else if (is_set || is_order || IsOneOf(condition.op, kEqualOperators)) {
    condition.of_numbers =
        Member(*operand, "number") != nullptr || Member(*operand, "numbers") != nullptr;
    auto operands = condition.of_numbers ? Operands(*operand, "number", "numbers")
                                         : Operands(*operand, "string", "strings");
    if (!operands.ok()) return operands.status();
    condition.operands = *std::move(operands);
    if (condition.operands.empty() || (!is_set && condition.operands.size() != 1)) return bad;
    if (is_order && !condition.of_numbers) return bad;
  } else {
    return bad;
  }
  for (const std::string& text : condition.operands) {
    if (condition.of_numbers && !NumberIn(text)) return bad;
  }
  return condition;
}

bool NumberMeets(const Condition& condition, long double number) {
  std::vector<long double> operands;
  for (const std::string& text : condition.operands) {
    operands.push_back(NumberIn(text).value_or(0));
  }
  const absl::string_view op = condition.op;
  const bool is_in = std::find(operands.begin(), operands.end(), number) != operands.end();
  if (op == "EQUALS" || op == "IN_SET") return is_in;
  if (op == "NOT_EQUALS" || op == "NOT_IN_SET") return !is_in;
  if (op == "LESS_THAN") return number < operands[0];
  if (op == "LESS_THAN_EQUALS") return number <= operands[0];
  if (op == "GREATER_THAN") return number > operands[0];
  if (op == "GREATER_THAN_EQUALS") return number >= operands[0];
  const bool in_range = operands[0] <= number && number <= operands[1];
  if (op == "IN_RANGE") return in_range;
  // The bounds are of what it must not be in.
  return !in_range;
}

bool Meets(const Condition& condition, const ParameterValue& value) {
  if (condition.of_numbers) {
    const auto number = value.is_text() || value.kind == "B" ? std::nullopt : NumberIn(value.text);
    return number && NumberMeets(condition, *number);
  }
  if (value.kind != "S") return false;
  const auto& operands = condition.operands;
  const bool is_in = std::find(operands.begin(), operands.end(), value.text) != operands.end();
  const bool wants_in = condition.op == "EQUALS" || condition.op == "IN_SET";
  return is_in == wants_in;
}

absl::StatusOr<Parameter> ReadParameter(const Node& node) {
  const Node* const name = Member(node, "name");
  if (name == nullptr || name->kind != Node::Kind::kString || !Fits(name->text, kParameterName)) {
    return Bad("A mandatory parameter must have a name of 1 to 192 of [.$a-zA-Z0-9_-]");
  }
  Parameter parameter{.name = name->text};
  if (const Node* const type = Member(node, "type")) {
    for (const auto& [word, kind] : kTypes) {
      if (type->text == word) parameter.kind = std::string(kind);
    }
    if (parameter.kind.empty()) {
      return Bad(absl::StrCat("The type of parameter ", name->text, " is none"));
    }
  }
  for (const absl::string_view member : {"defaultValue", "value"}) {
    const Node* const given = Member(node, member);
    if (given == nullptr) continue;
    auto value = ReadValue(*given, name->text);
    if (!value.ok()) return value.status();
    if (!parameter.kind.empty() && value->kind != parameter.kind) {
      return Bad(absl::StrCat("The ", member, " of parameter ", name->text, " is of another type"));
    }
    parameter.usual = *std::move(value);
  }
  const Node* const conditions = Member(node, "valueConditions");
  if (conditions == nullptr) return parameter;
  if (parameter.kind == "B" || parameter.kind == "BIN") {
    return Bad("Conditions are not supported for values that are boolean or binary");
  }
  for (const Node& one : conditions->elements) {
    auto condition = ReadCondition(one);
    if (!condition.ok()) return condition.status();
    parameter.conditions.push_back(*std::move(condition));
  }
  return parameter;
}

}  // namespace

std::string ParameterValue::Json() const { return is_text() ? control::JsonText(text) : text; }

absl::StatusOr<std::vector<Parameter>> ReadParameters(const Node& list) {
  if (list.kind != Node::Kind::kArray || list.elements.empty() ||
      list.elements.size() > kParametersMax) {
    return Bad(absl::StrCat("mandatoryParameters must be a list of 1 to ", kParametersMax));
  }
  std::vector<Parameter> parameters;
  for (const Node& node : list.elements) {
    auto parameter = ReadParameter(node);
    if (!parameter.ok()) return parameter.status();
    for (const Parameter& other : parameters) {
      if (other.name == parameter->name) {
        return Bad(absl::StrCat("Parameter ", other.name, " is given more than once"));
      }
    }
    parameters.push_back(*std::move(parameter));
  }
  return parameters;
}

absl::StatusOr<ParameterValues> ReadValues(const Node& object) {
  ParameterValues values;
  for (size_t i = 0; i < object.names.size(); ++i) {
    auto value = ReadValue(object.elements[i], object.names[i].text);
    if (!value.ok()) return value.status();
    values.emplace(object.names[i].text, *std::move(value));
  }
  return values;
}

absl::StatusOr<ParameterValues> Resolve(const std::vector<Parameter>& parameters,
                                        const ParameterValues& given) {
  ParameterValues values;
  for (const Parameter& parameter : parameters) {
    const auto found = given.find(parameter.name);
    if (found == given.end() && !parameter.usual) {
      return Bad(absl::StrCat("Parameter ", parameter.name, " has no value"));
    }
    const ParameterValue& value = found == given.end() ? *parameter.usual : found->second;
    if (!parameter.kind.empty() && value.kind != parameter.kind) {
      return Bad(absl::StrCat("The value of parameter ", parameter.name, " is of another type"));
    }
    for (const Condition& condition : parameter.conditions) {
      if (Meets(condition, value)) continue;
      return Bad(absl::StrCat("The value of parameter ", parameter.name,
                              " does not meet the condition ", condition.op, " ",
                              absl::StrJoin(condition.operands, ", ")));
    }
    values.emplace(parameter.name, value);
  }
  for (const auto& [name, value] : given) {
    if (values.count(name) == 0) return Bad(absl::StrCat("The command has no parameter ", name));
  }
  return values;
}

std::string JsonOf(const ParameterValues& values) {
  std::vector<std::string> parts;
  for (const auto& [name, value] : values) {
    const std::string held = value.kind == "UL" ? control::JsonText(value.text) : value.Json();
    parts.push_back(absl::StrCat(control::JsonText(name), ":{\"", value.kind, "\":", held, "}"));
  }
  return absl::StrCat("{", absl::StrJoin(parts, ","), "}");
}

}  // namespace commands
