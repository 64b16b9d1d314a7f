#include "control/operation.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "rest/call.h"
#include "shadow/json.h"

namespace control {
namespace {

// The names of a path's labels, in their order.
std::vector<absl::string_view> LabelNames(absl::string_view path) {
  std::vector<absl::string_view> names;
  for (absl::string_view part : absl::StrSplit(path, '/')) {
    if (!absl::ConsumePrefix(&part, "{")) continue;
    names.push_back(part.substr(0, part.find_first_of("+}")));
  }
  return names;
}

std::variant<policy::Node, Refusal> ReadBody(absl::string_view text) {
  if (absl::StripAsciiWhitespace(text).empty()) text = "{}";
  auto body = policy::ParseJsonTree(text, kBodyBytesMax);
  if (!body.ok()) {
    return InvalidRequest(absl::StrCat("The body is not right: ", body.status().message()));
  }
  if (body->kind == policy::Node::Kind::kObject) return *std::move(body);
  return InvalidRequest(
      absl::StrCat("The body must be an object, not ", policy::KindText(body->kind)));
}

// Texts of a request stand in what is said of it, so all of them must be UTF-8, as the body is. Of
// two values of one parameter nobody can say which is meant.
std::optional<Refusal> RefuseUnclear(const rest::Request& request, const rest::Target& target) {
  for (const std::string& segment : target.segments) {
    if (!shadow::IsUtf8(segment)) return InvalidRequest("The path is not UTF-8");
  }
  for (const auto& [name, value] : target.parameters) {
    if (!shadow::IsUtf8(name) || !shadow::IsUtf8(value)) {
      return InvalidRequest("A parameter of the query is not UTF-8");
    }
    if (target.Count(name) > 1) {
      return InvalidRequest(absl::StrCat("The parameter ", name, " is given more than once"));
    }
  }
  for (const rest::Header& header : request.headers) {
    if (absl::StartsWithIgnoreCase(header.name, "x-amzn-") && !shadow::IsUtf8(header.value)) {
      return InvalidRequest(absl::StrCat("The header ", header.name, " is not UTF-8"));
    }
  }
  return std::nullopt;
}

}  // namespace

const std::vector<const Operation*>& AllOperations() {
  static const auto* const kAll = [] {
    auto* const all = new std::vector<const Operation*>;
    for (const auto list :
         {ThingOperations(), ThingPrincipalOperations(), ThingTypeOperations(),
          ThingGroupOperations(), GroupMemberOperations(), CertificateOperations(),
          RegisteringOperations(), CaCertificateOperations(), PolicyOperations(),
          PolicyVersionOperations(), AttachmentOperations(), TaggingOperations(),
          AccountOperations(), EffectivePolicyOperations(), ConnectivityOperations(),
          ProvisioningTemplateOperations(), TemplateVersionOperations(),
          RegisterThingOperations()}) {
      for (const Operation& operation : list) all->push_back(&operation);
    }
    return all;
  }();
  return *kAll;
}

absl::string_view Call::Label(absl::string_view name) const {
  for (const auto& [label, value] : labels) {
    if (label == name) return value;
  }
  return "";
}

absl::string_view Call::BodyText(absl::string_view name) const {
  const policy::Node* const node = body.Find(name);
  return node == nullptr ? "" : absl::string_view(node->text);
}

bool Route::IsAt(absl::string_view asked_method, const rest::Target& target) const {
  return method == asked_method && rest::NamesAt(path, target.segments).has_value();
}

const Operation* FindOperation(absl::string_view method, const rest::Target& target) {
  for (const Operation* const operation : AllOperations()) {
    if (operation->IsAt(method, target)) return operation;
  }
  return nullptr;
}

Refusal NoOperation(const rest::Request& request, const rest::Target& target) {
  return UnknownOperation(absl::StrCat(
      "The operation at ", request.method, " ", target.path,
      " is not offered here: docs/aws-cli.md lists those of AWS IoT's control plane that are"));
}

std::variant<Call, Refusal> ReadCall(const Route& route, const rest::Request& request,
                                     const rest::Target& target) {
  if (auto refusal = RefuseUnclear(request, target)) return *std::move(refusal);
  Call call{.route = route, .request = request, .target = target, .labels = {}};
  auto values = rest::NamesAt(route.path, target.segments);
  const auto names = LabelNames(route.path);
  for (size_t i = 0; i < names.size(); ++i) {
    call.labels.emplace_back(names[i], std::move((*values)[i]));
  }
  auto body = ReadBody(request.body);
  if (auto* refusal = std::get_if<Refusal>(&body)) return std::move(*refusal);
  call.body = std::get<policy::Node>(std::move(body));
  return call;
}

}  // namespace control
