#include "commands/response.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "commands/shapes.h"
#include "policy/json_tree.h"

namespace commands {
namespace {

using policy::Node;

constexpr absl::string_view kStatusRule =
    "Member must satisfy enum value set: [IN_PROGRESS, SUCCEEDED, FAILED, REJECTED, TIMED_OUT]";

class Reader {
 public:
  // The first fault; nothing: there was none.
  std::optional<std::string> fault;

  Update Read(const Node& body, absl::string_view execution) {
    Update update;
    const std::string status = Need(body, "status", "status");
    const auto known = StatusOf(status);
    if (!known || *known == Status::kCreated) Fail(status, "status", kStatusRule);
    update.status = known.value_or(Status::kInProgress);
    const Node* const id = Member(body, "executionId");
    if (id != nullptr && (id->kind != Node::Kind::kString || id->text != execution)) {
      Say("executionId is not that of the topic");
    }
    if (const Node* const reason = Object(body, "statusReason")) update.reason = Reason(*reason);
    if (const Node* const result = Object(body, "result")) update.result = ReadResult(*result);
    return update;
  }

 private:
  void Say(std::string text) {
    if (!fault) fault = std::move(text);
  }

  void Fail(absl::string_view value, absl::string_view member, absl::string_view rule) {
    Say(absl::StrCat("Value '", value.substr(0, 200), "' at '", member,
                     "' failed to satisfy constraint: ", rule));
  }

  static const Node* Member(const Node& object, absl::string_view name) {
    const Node* const node = object.Find(name);
    return node == nullptr || node->kind == Node::Kind::kNull ? nullptr : node;
  }

  const Node* Object(const Node& object, absl::string_view name) {
    const Node* const node = Member(object, name);
    if (node == nullptr || node->kind == Node::Kind::kObject) return node;
    Say(absl::StrCat("'", name, "' must be an object, not ", policy::KindText(node->kind)));
    return nullptr;
  }

  std::string Text(const Node& node, absl::string_view path) {
    if (node.kind == Node::Kind::kString) return node.text;
    Say(absl::StrCat("'", path, "' must be a string, not ", policy::KindText(node.kind)));
    return "";
  }

  std::string Need(const Node& object, absl::string_view name, absl::string_view path) {
    if (const Node* const node = Member(object, name)) return Text(*node, path);
    Say(absl::StrCat("Value null at '", path,
                     "' failed to satisfy constraint: Member must not be null"));
    return "";
  }

  void Hold(absl::string_view value, absl::string_view path, const control::Shape& shape) {
    if (!Fits(value, shape)) Fail(value, path, RuleOf(shape));
  }

  StatusReason Reason(const Node& node) {
    StatusReason reason;
    reason.code = Need(node, "reasonCode", "statusReason.reasonCode");
    Hold(reason.code, "statusReason.reasonCode", kReasonCode);
    if (const Node* const text = Member(node, "reasonDescription")) {
      reason.description = Text(*text, "statusReason.reasonDescription");
      Hold(reason.description, "statusReason.reasonDescription", kReasonDescription);
    }
    return reason;
  }

  Result ReadResult(const Node& node) {
    Result result;
    if (node.names.size() > kResultsMax) {
      Say(absl::StrCat("A result has at most ", kResultsMax, " members"));
      return result;
    }
    for (size_t i = 0; i < node.names.size(); ++i) {
      const std::string& name = node.names[i].text;
      Hold(name, "result", kResultName);
      result.emplace(name, Value(node.elements[i], absl::StrCat("result.", name)));
    }
    return result;
  }

  ResultValue Value(const Node& node, const std::string& path) {
    ResultValue value;
    if (node.kind != Node::Kind::kObject || node.names.size() != 1) {
      Say(absl::StrCat("'", path, "' must be an object with one of s, b and bin"));
      return value;
    }
    const std::string& name = node.names[0].text;
    const Node& held = node.elements[0];
    if (name == "b" && held.kind == Node::Kind::kBool) {
      value.kind = held.text == "true" ? ResultValue::Kind::kTrue : ResultValue::Kind::kFalse;
    } else if (name == "s" && held.kind == Node::Kind::kString && !held.text.empty()) {
      value.bytes = held.text;
    } else if (name == "bin" && held.kind == Node::Kind::kString &&
               absl::Base64Unescape(held.text, &value.bytes) && !value.bytes.empty()) {
      value.kind = ResultValue::Kind::kBytes;
    } else {
      Say(absl::StrCat("'", path, "' must have a text in s, a boolean in b, or base64 in bin"));
    }
    return value;
  }
};

}  // namespace

std::variant<Update, Rejection> ReadResponse(absl::string_view payload,
                                             absl::string_view execution) {
  if (payload.empty()) payload = "{}";
  const auto body = policy::ParseJsonTree(payload, kResponseBytesMax);
  if (!body.ok()) {
    return Rejection{"InvalidJson", absl::StrCat("The payload is no JSON that can be read: ",
                                                 body.status().message())};
  }
  if (body->kind != Node::Kind::kObject) {
    return Rejection{"InvalidJson", absl::StrCat("The payload must be an object, not ",
                                                 policy::KindText(body->kind))};
  }
  Reader reader;
  Update update = reader.Read(*body, execution);
  if (reader.fault) return Rejection{"InvalidRequest", *std::move(reader.fault)};
  return update;
}

}  // namespace commands
