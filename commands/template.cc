#include "commands/template.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "control/json.h"

namespace commands {
namespace {

using policy::Node;

constexpr absl::string_view kBegin = "${aws:iot:commandexecution::";
constexpr absl::string_view kParameter = "parameter:";
constexpr absl::string_view kTimeout = "executionTimeoutSec";

// A text in its parts: those that stand as they are, and what placeholders name.
struct Part {
  bool is_placeholder = false;
  absl::string_view text{};
};

std::vector<Part> PartsOf(absl::string_view text) {
  std::vector<Part> parts;
  while (!text.empty()) {
    const size_t begin = text.find(kBegin);
    const size_t end = begin == text.npos ? text.npos : text.find('}', begin);
    if (end == text.npos) {
      parts.push_back({.text = text});
      break;
    }
    if (begin > 0) parts.push_back({.text = text.substr(0, begin)});
    parts.push_back({.is_placeholder = true,
                     .text = text.substr(begin + kBegin.size(), end - begin - kBegin.size())});
    text.remove_prefix(end + 1);
  }
  return parts;
}

absl::StatusOr<Node> Parse(absl::string_view text) {
  auto tree = policy::ParseJsonTree(text, kTemplateBytesMax);
  if (tree.ok()) return tree;
  return absl::InvalidArgumentError(
      absl::StrCat("payloadTemplate must be JSON: ", tree.status().message()));
}

// All placeholders in the texts of a tree.
void Collect(const Node& node, std::vector<std::string>& names) {
  if (node.kind == Node::Kind::kString) {
    for (const Part& part : PartsOf(node.text)) {
      if (part.is_placeholder) names.emplace_back(part.text);
    }
  }
  for (const Node& element : node.elements) Collect(element, names);
}

bool HasFraction(const Node& node) {
  return (node.kind == Node::Kind::kNumber && node.text.find_first_of(".eE") != node.text.npos) ||
         std::any_of(node.elements.begin(), node.elements.end(), HasFraction);
}

class Renderer {
 public:
  Renderer(const ParameterValues& values, int64_t timeout_s)
      : values_(values), timeout_{.kind = "L", .text = absl::StrCat(timeout_s)} {}

  void Fill(Node& node) const {
    for (Node& element : node.elements) Fill(element);
    if (node.kind != Node::Kind::kString) return;
    const std::vector<Part> parts = PartsOf(node.text);
    if (parts.size() == 1 && parts[0].is_placeholder) {
      const ParameterValue& value = ValueOf(parts[0].text);
      std::string text = value.text;
      if (!value.is_text()) node.kind = Node::Kind::kNumber;  // printed as it is, a boolean too
      node.text = std::move(text);
      return;
    }
    std::string text;
    for (const Part& part : parts) {
      absl::StrAppend(&text, part.is_placeholder ? ValueOf(part.text).text : part.text);
    }
    node.text = std::move(text);
  }

 private:
  const ParameterValue& ValueOf(absl::string_view name) const {
    if (!absl::ConsumePrefix(&name, kParameter)) return timeout_;
    const auto found = values_.find(name);
    return found == values_.end() ? timeout_ : found->second;
  }

  const ParameterValues& values_;
  const ParameterValue timeout_;
};

}  // namespace

absl::Status CheckTemplate(absl::string_view text, const std::vector<Parameter>& parameters) {
  const auto tree = Parse(text);
  if (!tree.ok()) return tree.status();
  std::vector<std::string> names;
  Collect(*tree, names);
  if (names.empty()) {
    return absl::InvalidArgumentError("payloadTemplate must have a placeholder");
  }
  for (absl::string_view name : names) {
    if (name == kTimeout) continue;
    const bool is_parameter = absl::ConsumePrefix(&name, kParameter);
    const auto known = std::find_if(parameters.begin(), parameters.end(),
                                    [&](const Parameter& one) { return one.name == name; });
    if (!is_parameter || known == parameters.end()) {
      return absl::InvalidArgumentError(absl::StrCat("payloadTemplate has a placeholder for ", name,
                                                     ", which is none of the mandatoryParameters"));
    }
  }
  return absl::OkStatus();
}

absl::Status HasCborForm(absl::string_view json) {
  const auto tree = policy::ParseJsonTree(json, json.size());
  if (!tree.ok()) return tree.status();
  if (!HasFraction(*tree)) return absl::OkStatus();
  return absl::InvalidArgumentError("A number with a fraction cannot be sent as CBOR here");
}

absl::StatusOr<std::string> Render(absl::string_view text, const ParameterValues& values,
                                   int64_t timeout_s) {
  auto tree = Parse(text);
  if (!tree.ok()) return tree.status();
  Renderer(values, timeout_s).Fill(*tree);
  return JsonOf(*tree);
}

}  // namespace commands
