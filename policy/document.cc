#include "policy/document.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace policy {
namespace {

constexpr size_t kPolicyNameBytesMax = 128;

// Bytes of the document as AWS counts them: blanks between tokens are free.
size_t CountedBytes(absl::string_view text) {
  size_t count = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (in_string && text[i] == '\\') {
      count += 2;
      ++i;
      continue;
    }
    if (text[i] == '"') in_string = !in_string;
    if (in_string || !absl::ascii_isspace(static_cast<unsigned char>(text[i]))) ++count;
  }
  return count;
}

// Calls `add` for a string or for each string of a list that is not empty.
template <typename Add>
absl::Status ForEachString(const Node& node, absl::string_view what, const Add& add) {
  if (node.kind == Node::Kind::kString) return add(node);
  if (node.kind != Node::Kind::kArray || node.elements.empty()) {
    return Fault(node.place, absl::StrCat(what, " must be a string or a list of strings"));
  }
  for (const Node& element : node.elements) {
    if (auto status = WantKind(element, Node::Kind::kString, what); !status.ok()) return status;
    if (auto status = add(element); !status.ok()) return status;
  }
  return absl::OkStatus();
}

// "*", or a service and an action: "iot:Publish", "s3:Get*".
bool IsActionText(absl::string_view text) {
  const size_t colon = text.find(':');
  return text == "*" || (colon != absl::string_view::npos && colon > 0 && colon + 1 < text.size() &&
                         text.find_first_of(" \t\n", 0) == absl::string_view::npos);
}

// Whether it may stand for an action of AWS IoT.
bool IsOfIot(absl::string_view text) {
  const absl::string_view service = text.substr(0, text.find(':'));
  return service.find_first_of("*?") != absl::string_view::npos ||
         absl::EqualsIgnoreCase(service, "iot");
}

class StatementReader {
 public:
  StatementReader(const Node& node, size_t number, bool variables, Actions actions)
      : node_(node), variables_(variables), actions_(actions) {
    statement_.number = number;
    statement_.place = node.place;
  }

  absl::StatusOr<Statement> Read() {
    if (auto status = WantKind(node_, Node::Kind::kObject, "a statement"); !status.ok()) {
      return status;
    }
    constexpr absl::string_view kKnown[] = {"Sid", "Effect", "Action", "Resource", "Condition"};
    if (auto status = RefuseUnknown(node_, "a statement", kKnown); !status.ok()) return status;
    for (const auto step :
         {&StatementReader::ReadSid, &StatementReader::ReadEffect, &StatementReader::ReadActions,
          &StatementReader::ReadResources, &StatementReader::ReadConditions}) {
      if (auto status = (this->*step)(); !status.ok()) return status;
    }
    return std::move(statement_);
  }

 private:
  absl::StatusOr<const Node*> Require(absl::string_view name) const {
    if (const Node* const found = node_.Find(name)) return found;
    return Fault(node_.place, absl::StrCat("the statement has no \"", name, "\""));
  }

  absl::Status ReadSid() {
    const Node* const sid = node_.Find("Sid");
    if (sid == nullptr) return absl::OkStatus();
    statement_.sid = sid->text;
    return WantKind(*sid, Node::Kind::kString, "\"Sid\"");
  }

  absl::Status ReadEffect() {
    const auto effect = Require("Effect");
    if (!effect.ok()) return effect.status();
    const bool text = (*effect)->kind == Node::Kind::kString;
    if (!text || ((*effect)->text != "Allow" && (*effect)->text != "Deny")) {
      return Fault((*effect)->place, "\"Effect\" must be \"Allow\" or \"Deny\"");
    }
    statement_.effect =
        (*effect)->text == "Allow" ? Statement::Effect::kAllow : Statement::Effect::kDeny;
    return absl::OkStatus();
  }

  absl::Status ReadActions() {
    const auto actions = Require("Action");
    if (!actions.ok()) return actions.status();
    return ForEachString(**actions, "\"Action\"", [this](const Node& action) -> absl::Status {
      const auto set = MatchActions(action.text);
      if (!set && (actions_ == Actions::kKnown || !IsActionText(action.text))) {
        return Fault(action.place, absl::StrCat("no action of AWS IoT is called \"", action.text,
                                                "\"; docs/policies.md lists them"));
      }
      statement_.actions |= set.value_or(0);
      auto pattern =
          Pattern::Compile(absl::AsciiStrToLower(action.text), Pattern::Syntax::kWildcardsOnly);
      if (!pattern.ok()) return Fault(action.place, pattern.status().message());
      statement_.named.push_back(*std::move(pattern));
      is_of_iot_ = is_of_iot_ || IsOfIot(action.text);
      return absl::OkStatus();
    });
  }

  absl::Status ReadResources() {
    const auto resources = Require("Resource");
    if (!resources.ok()) return resources.status();
    return ForEachString(**resources, "\"Resource\"", [this](const Node& text) -> absl::Status {
      if (!is_of_iot_) return absl::OkStatus();
      auto resource = Resource::Compile(text.text, variables_);
      if (!resource.ok()) return Fault(text.place, resource.status().message());
      statement_.resources.push_back(*std::move(resource));
      return absl::OkStatus();
    });
  }

  absl::Status ReadConditions() {
    const Node* const block = node_.Find("Condition");
    if (block == nullptr || !is_of_iot_) return absl::OkStatus();
    if (auto s = WantKind(*block, Node::Kind::kObject, "\"Condition\""); !s.ok()) return s;
    for (size_t i = 0; i < block->names.size(); ++i) {
      const Node& tests = block->elements[i];
      if (auto s = WantKind(tests, Node::Kind::kObject, "an operator's content"); !s.ok()) return s;
      for (size_t j = 0; j < tests.names.size(); ++j) {
        auto condition =
            Condition::Parse(block->names[i], tests.names[j], tests.elements[j], variables_);
        if (!condition.ok()) return condition.status();
        statement_.conditions.push_back(*std::move(condition));
      }
    }
    return absl::OkStatus();
  }

  const Node& node_;
  const bool variables_;
  const Actions actions_;
  bool is_of_iot_ = false;  // it speaks of something that could be asked for
  Statement statement_;
};

// Whether `${...}` are variables: they came with the version of 2012 (IAM).
absl::StatusOr<bool> ReadVersion(const Node& root) {
  const Node* const version = root.Find("Version");
  if (version == nullptr) return false;
  const bool text = version->kind == Node::Kind::kString;
  if (text && version->text == "2012-10-17") return true;
  if (text && version->text == "2008-10-17") return false;
  return Fault(version->place, "\"Version\" must be \"2012-10-17\"");
}

}  // namespace

bool SpeaksOfTime(const Document& document) {
  const auto speaks = [](const Statement& statement) {
    return std::any_of(statement.conditions.begin(), statement.conditions.end(),
                       [](const Condition& condition) { return condition.AsksForTime(); });
  };
  return std::any_of(document.statements.begin(), document.statements.end(), speaks);
}

bool IsPolicyName(absl::string_view text) {
  return !text.empty() && text.size() <= kPolicyNameBytesMax &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
                  absl::string_view("_+=,.@-").find(c) != absl::string_view::npos;
         });
}

absl::StatusOr<Document> ParseDocument(absl::string_view name, absl::string_view text,
                                       Actions actions) {
  const auto root = ParseJsonTree(text);
  if (!root.ok()) return root.status();
  if (const size_t bytes = CountedBytes(text); bytes > kDocumentBytesMax) {
    return Fault(root->place,
                 absl::StrCat("the document has ", bytes, " bytes without blanks; AWS ", "takes ",
                              kDocumentBytesMax));
  }
  if (auto s = WantKind(*root, Node::Kind::kObject, "a policy"); !s.ok()) return s;
  constexpr absl::string_view kKnown[] = {"Version", "Id", "Statement"};
  if (auto s = RefuseUnknown(*root, "a policy", kKnown); !s.ok()) return s;
  const auto variables = ReadVersion(*root);
  if (!variables.ok()) return variables.status();
  const Node* const statements = root->Find("Statement");
  if (statements == nullptr) return Fault(root->place, "the policy has no \"Statement\"");

  Document document;
  document.name = std::string(name);
  const bool list = statements->kind == Node::Kind::kArray;
  const auto nodes =
      list ? absl::MakeConstSpan(statements->elements) : absl::MakeConstSpan(statements, 1);
  if (nodes.empty()) return Fault(statements->place, "\"Statement\" is empty");
  for (const Node& node : nodes) {
    auto statement =
        StatementReader(node, document.statements.size() + 1, *variables, actions).Read();
    if (!statement.ok()) return statement.status();
    document.statements.push_back(*std::move(statement));
  }
  return document;
}

}  // namespace policy
