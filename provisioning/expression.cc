#include "provisioning/expression.h"

#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace provisioning {
namespace {

using policy::Fault;
using policy::Node;
using Kind = Node::Kind;

constexpr absl::string_view kRef = "Ref";
constexpr absl::string_view kJoin = "Fn::Join";
constexpr absl::string_view kSelect = "Fn::Select";
constexpr absl::string_view kSplit = "Fn::Split";
constexpr absl::string_view kFind = "Fn::FindInMap";
constexpr absl::string_view kSub = "Fn::Sub";

// The function that a node is; empty: it is none.
absl::string_view FunctionOf(const Node& node) {
  return IsFunction(node) ? absl::string_view(node.names.front().text) : absl::string_view();
}

const Node& Operand(const Node& node) { return node.elements.front(); }

// Calls `text` and `variable` for the parts of what Fn::Sub is given, until one of them is not OK.
absl::Status WalkSub(absl::string_view pattern,
                     absl::FunctionRef<absl::Status(absl::string_view)> text,
                     absl::FunctionRef<absl::Status(absl::string_view)> variable) {
  while (true) {
    const size_t begin = pattern.find("${");
    if (begin == pattern.npos) return text(pattern);
    if (absl::Status status = text(pattern.substr(0, begin)); !status.ok()) return status;
    pattern.remove_prefix(begin + 2);
    const size_t end = pattern.find('}');
    if (end == pattern.npos) return absl::InvalidArgumentError("a \"${\" of Fn::Sub has no \"}\"");
    const absl::string_view name = pattern.substr(0, end);
    pattern.remove_prefix(end + 1);
    // "${!Literal}" stands for "${Literal}".
    absl::Status status = absl::StartsWith(name, "!")
                              ? text(absl::StrCat("${", name.substr(1), "}"))
                              : variable(name);
    if (!status.ok()) return status;
  }
}

class Checker {
 public:
  explicit Checker(const Surround& around) : around_(around) {}

  absl::Status Text(const Node& node) const {
    if (node.kind == Kind::kString) return absl::OkStatus();
    const absl::string_view function = FunctionOf(node);
    if (function.empty()) {
      return Fault(node.place, absl::StrCat("a string or a function such as {\"Ref\": \"NAME\"} is "
                                            "wanted here, not ",
                                            policy::KindText(node.kind)));
    }
    const Node& operand = Operand(node);
    if (function == kRef) return Ref(operand);
    if (function == kSub) return Sub(operand);
    if (function == kJoin) {
      if (auto s = Arity(operand, kJoin, 2); !s.ok()) return s;
      return Both(Constant(operand.elements[0], kJoin), List(operand.elements[1]));
    }
    if (function == kSelect) {
      if (auto s = Arity(operand, kSelect, 2); !s.ok()) return s;
      return Both(Index(operand.elements[0]), List(operand.elements[1]));
    }
    if (function == kFind) return Find(operand);
    return Fault(node.place, absl::StrCat(function, function == kSplit
                                                        ? " gives a list, and a text is wanted here"
                                                        : " is no function that is known here"));
  }

 private:
  static absl::Status Both(absl::Status one, const absl::Status& other) {
    one.Update(other);
    return one;
  }

  static absl::Status Arity(const Node& operand, absl::string_view function, size_t count) {
    if (operand.kind == Kind::kArray && operand.elements.size() == count) return absl::OkStatus();
    return Fault(operand.place, absl::StrCat(function, " takes a list of ", count));
  }

  static absl::Status Constant(const Node& node, absl::string_view function) {
    if (node.kind == Kind::kString) return absl::OkStatus();
    return Fault(node.place, absl::StrCat("what ", function, " separates by is a string"));
  }

  absl::Status Index(const Node& node) const {
    uint64_t index = 0;
    const bool is_literal = node.kind == Kind::kString || node.kind == Kind::kNumber;
    if (!is_literal) return Text(node);
    if (absl::SimpleAtoi(node.text, &index)) return absl::OkStatus();
    return Fault(node.place, "Fn::Select takes a number from 0 on");
  }

  absl::Status List(const Node& node) const {
    if (FunctionOf(node) == kSplit) {
      const Node& operand = Operand(node);
      if (auto s = Arity(operand, kSplit, 2); !s.ok()) return s;
      const Node& separator = operand.elements[0];
      if (auto s = Constant(separator, kSplit); !s.ok()) return s;
      if (separator.text.empty()) {
        return Fault(separator.place, "Fn::Split cannot separate by an empty string");
      }
      return Text(operand.elements[1]);
    }
    if (node.kind != Kind::kArray) {
      return Fault(node.place, "a list or {\"Fn::Split\": …} is wanted here");
    }
    for (const Node& element : node.elements) {
      if (auto s = Text(element); !s.ok()) return s;
    }
    return absl::OkStatus();
  }

  absl::Status Ref(const Node& operand) const {
    if (operand.kind != Kind::kString) return Fault(operand.place, "Ref takes a parameter's name");
    return Parameter(operand.text, operand.place);
  }

  absl::Status Parameter(absl::string_view name, const policy::Place& place) const {
    if (around_.has_parameter(name)) return absl::OkStatus();
    return Fault(place, absl::StrCat("there is no parameter \"", name, "\""));
  }

  absl::Status Find(const Node& operand) const {
    if (auto s = Arity(operand, kFind, 3); !s.ok()) return s;
    for (const Node& element : operand.elements) {
      if (auto s = Text(element); !s.ok()) return s;
    }
    const Node& map = operand.elements[0];
    if (map.kind != Kind::kString) return absl::OkStatus();
    if (around_.mappings != nullptr && around_.mappings->Find(map.text) != nullptr) {
      return absl::OkStatus();
    }
    return Fault(map.place, absl::StrCat("there is no mapping \"", map.text, "\""));
  }

  absl::Status Sub(const Node& operand) const {
    if (operand.kind == Kind::kString) return Pattern(operand, nullptr);
    if (auto s = Arity(operand, kSub, 2); !s.ok()) return s;
    const Node& pattern = operand.elements[0];
    const Node& variables = operand.elements[1];
    if (pattern.kind != Kind::kString || variables.kind != Kind::kObject) {
      return Fault(operand.place, "Fn::Sub takes a string, or a list of one and an object");
    }
    for (const Node& variable : variables.elements) {
      if (auto s = Text(variable); !s.ok()) return s;
    }
    return Pattern(pattern, &variables);
  }

  absl::Status Pattern(const Node& pattern, const Node* variables) const {
    const absl::Status status = WalkSub(
        pattern.text, [](absl::string_view) { return absl::OkStatus(); },
        [&](absl::string_view name) {
          const bool is_given = variables != nullptr && variables->Find(name) != nullptr;
          if (is_given || around_.has_parameter(name)) return absl::OkStatus();
          return absl::InvalidArgumentError(absl::StrCat("there is no parameter \"", name, "\""));
        });
    return status.ok() ? absl::OkStatus() : Fault(pattern.place, status.message());
  }

  const Surround& around_;
};

class Evaluator {
 public:
  Evaluator(const Texts& parameters, const Node* mappings)
      : parameters_(parameters), mappings_(mappings) {}

  absl::StatusOr<std::string> Text(const Node& node) const {
    const absl::string_view function = FunctionOf(node);
    if (function.empty()) return node.text;
    const Node& operand = Operand(node);
    if (function == kRef) return Parameter(operand.text);
    if (function == kJoin) return Join(operand);
    if (function == kSelect) return Select(operand);
    if (function == kFind) return Find(operand);
    return Sub(operand);
  }

 private:
  using List = std::vector<std::string>;

  static absl::StatusOr<std::string> Bounded(std::string text) {
    if (text.size() <= kTextBytesMax) return text;
    return absl::InvalidArgumentError(
        absl::StrCat("a text of the template is longer than ", kTextBytesMax, " bytes"));
  }

  absl::StatusOr<std::string> Parameter(absl::string_view name) const {
    const auto found = parameters_.find(name);
    if (found != parameters_.end()) return Bounded(found->second);
    return absl::InvalidArgumentError(absl::StrCat("parameter ", name, " is missing"));
  }

  absl::StatusOr<List> Elements(const Node& node) const {
    if (FunctionOf(node) == kSplit) {
      auto text = Text(Operand(node).elements[1]);
      if (!text.ok()) return text.status();
      return List(absl::StrSplit(*text, Operand(node).elements[0].text));
    }
    List list;
    size_t bytes = 0;
    for (const Node& element : node.elements) {
      auto text = Text(element);
      if (!text.ok()) return text.status();
      bytes += text->size();
      if (bytes > kTextBytesMax) return Bounded(std::string(bytes, ' ')).status();
      list.push_back(*std::move(text));
    }
    return list;
  }

  absl::StatusOr<std::string> Join(const Node& operand) const {
    const auto list = Elements(operand.elements[1]);
    if (!list.ok()) return list.status();
    const std::string& separator = operand.elements[0].text;
    size_t bytes = separator.size() * list->size();
    for (const std::string& element : *list) bytes += element.size();
    if (bytes > kTextBytesMax + separator.size()) {
      return Bounded(std::string(kTextBytesMax + 1, ' '));
    }
    return Bounded(absl::StrJoin(*list, separator));
  }

  absl::StatusOr<std::string> Select(const Node& operand) const {
    const auto index = Text(operand.elements[0]);
    if (!index.ok()) return index.status();
    const auto list = Elements(operand.elements[1]);
    if (!list.ok()) return list.status();
    size_t at = 0;
    if (absl::SimpleAtoi(*index, &at) && at < list->size()) return (*list)[at];
    return absl::InvalidArgumentError(
        absl::StrCat("Fn::Select finds nothing at index ", *index, " of ", list->size()));
  }

  absl::StatusOr<std::string> Find(const Node& operand) const {
    const Node* at = mappings_;
    for (const Node& key : operand.elements) {
      const auto name = Text(key);
      if (!name.ok()) return name.status();
      at = at == nullptr ? nullptr : at->Find(*name);
      if (at == nullptr) {
        return absl::InvalidArgumentError(absl::StrCat("Fn::FindInMap finds no \"", *name, "\""));
      }
    }
    return at->text;
  }

  absl::StatusOr<std::string> Sub(const Node& operand) const {
    Texts variables;
    const bool is_pair = operand.kind == Kind::kArray;
    if (is_pair) {
      const Node& given = operand.elements[1];
      for (size_t i = 0; i < given.names.size(); ++i) {
        auto text = Text(given.elements[i]);
        if (!text.ok()) return text.status();
        variables.emplace(given.names[i].text, *std::move(text));
      }
    }
    std::string result;
    const auto append = [&](absl::string_view text) -> absl::Status {
      if (result.size() + text.size() > kTextBytesMax) {
        return Bounded(std::string(kTextBytesMax + 1, ' ')).status();
      }
      absl::StrAppend(&result, text);
      return absl::OkStatus();
    };
    const absl::Status status = WalkSub(is_pair ? operand.elements[0].text : operand.text, append,
                                        [&](absl::string_view name) -> absl::Status {
                                          const auto own = variables.find(name);
                                          if (own != variables.end()) return append(own->second);
                                          const auto parameter = Parameter(name);
                                          if (!parameter.ok()) return parameter.status();
                                          return append(*parameter);
                                        });
    if (!status.ok()) return status;
    return result;
  }

  const Texts& parameters_;
  const Node* const mappings_;
};

}  // namespace

bool IsFunction(const Node& node) {
  if (node.kind != Kind::kObject || node.names.size() != 1) return false;
  const std::string& name = node.names.front().text;
  return name == kRef || absl::StartsWith(name, "Fn::");
}

absl::Status CheckExpression(const Node& node, const Surround& around) {
  return Checker(around).Text(node);
}

absl::StatusOr<std::string> Evaluate(const Node& node, const Texts& parameters,
                                     const Node* mappings) {
  return Evaluator(parameters, mappings).Text(node);
}

}  // namespace provisioning
