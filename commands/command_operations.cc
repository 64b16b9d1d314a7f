// Commands themselves: made, told, changed, deleted, listed.
#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "commands/commands.h"
#include "commands/listing.h"
#include "commands/operations.h"
#include "commands/parameters.h"
#include "commands/shapes.h"
#include "commands/template.h"
#include "control/arn.h"
#include "control/tags.h"

namespace commands {
namespace {

using control::Call;
using control::Json;
using control::Members;
using control::Refusal;
using desk::Desk;
using desk::Outcome;
using desk::Reply;

// How long a command that was used is not gone when it is deleted: whatever was started with it has
// come to its end then.
constexpr int64_t kUsedLatelySeconds = kTimeoutSecondsMax;

constexpr absl::string_view kOutputs[] = {"JSON", "CBOR"};
constexpr absl::string_view kOutputPath = "preprocessor.awsJsonSubstitution.outputFormat";

Refusal BeingDeleted(absl::string_view id) {
  return control::Conflict(absl::StrCat("Command ", id, " is being deleted"), id);
}

std::string TellNames(const Command& command, const Desk& desk) {
  return Json()
      .Text("commandId", command.id)
      .Text("commandArn", control::Arn(desk.here, "command", command.id))
      .Finish();
}

// What of a request is not offered here, or does not go together.
std::optional<Refusal> RefuseParts(const Members& in, absl::string_view name_space) {
  if (name_space != kNamespace) {
    return control::Validation(absl::StrCat("The namespace ", name_space, " is not offered here"));
  }
  if (in.Has("roleArn")) {
    return control::Validation("roleArn is not supported in the namespace AWS-IoT");
  }
  if (in.Has("payload") == in.Has("payloadTemplate")) {
    return control::Validation("Exactly one of payload and payloadTemplate must be given");
  }
  for (const absl::string_view member : {"preprocessor", "mandatoryParameters"}) {
    if (in.Has(member) == in.Has("payloadTemplate")) continue;
    return control::Validation(
        absl::StrCat(member, " must be given with payloadTemplate, and with it only"));
  }
  return std::nullopt;
}

std::optional<Refusal> ReadPayload(absl::string_view base64, std::string& payload) {
  if (!absl::Base64Unescape(base64, &payload)) {
    return control::Validation("payload.content must be base64");
  }
  if (payload.empty()) return control::Validation("payload.content must not be empty");
  if (payload.size() <= kPayloadBytesMax) return std::nullopt;
  return control::Validation(absl::StrCat("payload.content has ", payload.size(),
                                          " bytes: at most ", kPayloadBytesMax, " are allowed"));
}

// K14. The form of the payload is the content type of what is sent.
std::optional<Refusal> ReadTemplate(const Call& call, absl::string_view output, Command& command) {
  const policy::Node& list = *call.body.Find("mandatoryParameters");
  const auto parameters = ReadParameters(list);
  if (!parameters.ok()) return control::Validation(parameters.status().message());
  const absl::Status status = CheckTemplate(command.payload, *parameters);
  if (!status.ok()) return control::Validation(status.message());
  command.parameters = JsonOf(list);
  command.content_type = output == kOutputs[0] ? "application/json" : "application/cbor";
  return std::nullopt;
}

bool IsSame(const Command& a, const Command& b) {
  return a.display_name == b.display_name && a.description == b.description &&
         a.content_type == b.content_type && a.payload == b.payload && a.parameters == b.parameters;
}

Outcome CreateCommand(const Call& call, Desk& desk) {
  Members in(call);
  Command command;
  command.id = in.Label("commandId", kCommandId);
  const auto name_space = in.Word("namespace", kNamespaces);
  command.display_name = in.Text("displayName", kDisplayName).value_or("");
  command.description = in.Text("description", kCommandDescription).value_or("");
  command.content_type = in.Text("payload.contentType", kContentType).value_or("");
  const std::string content = in.Text("payload.content", control::kAnyText).value_or("");
  const auto text = in.Text("payloadTemplate", control::kAnyText);
  const auto output = in.Word(kOutputPath, kOutputs);
  if (in.Has("preprocessor") && !output) in.Need(kOutputPath, control::kAnyText);
  command.tags = control::ReadTags(in);
  if (auto refusal = Refused(in)) return *std::move(refusal);
  if (auto refusal = RefuseParts(in, name_space.value_or(std::string(kNamespace)))) {
    return *std::move(refusal);
  }
  command.payload = text.value_or("");
  if (auto refusal =
          text ? ReadTemplate(call, *output, command) : ReadPayload(content, command.payload)) {
    return *std::move(refusal);
  }
  if (command.tags.size() > kTagsMax) {
    return control::Validation(absl::StrCat("At most ", kTagsMax, " tags are allowed"));
  }
  if (const auto there = FindCommand(command.id, desk)) {
    if (there->pending_deletion()) return BeingDeleted(command.id);
    if (IsSame(*there, command)) return Reply{.body = TellNames(command, desk)};
    return control::Conflict(
        absl::StrCat("Command ", command.id, " already exists with different content"), command.id);
  }
  command.created = command.updated = desk.now();
  Keep(command, desk);
  return Reply{.body = TellNames(command, desk)};
}

void TellPayload(const Command& command, Json& answer) {
  if (!command.is_template()) {
    Json payload;
    payload.Text("content", absl::Base64Escape(command.payload))
        .TextIfAny("contentType", command.content_type);
    answer.Object("payload", payload);
    return;
  }
  std::vector<std::string> parameters;
  if (const auto list = policy::ParseJsonTree(command.parameters, command.parameters.size());
      list.ok()) {
    for (const policy::Node& one : list->elements) parameters.push_back(JsonOf(one));
  }
  const bool is_json = command.content_type == "application/json";
  Json substitution;
  substitution.Text("outputFormat", kOutputs[is_json ? 0 : 1]);
  answer.Text("payloadTemplate", command.payload)
      .Object("preprocessor", Json().Object("awsJsonSubstitution", substitution))
      .List("mandatoryParameters", parameters);
}

Outcome GetCommand(const Call& call, Desk& desk) {
  Members in(call);
  const std::string id = in.Label("commandId", kCommandId);
  if (auto refusal = Refused(in)) return *std::move(refusal);
  const auto command = FindCommand(id, desk);
  if (!command) return CommandNotFound(id);
  Json answer;
  answer.Text("commandId", id)
      .Text("commandArn", control::Arn(desk.here, "command", id))
      .Text("namespace", kNamespace)
      .TextIfAny("displayName", command->display_name)
      .TextIfAny("description", command->description);
  TellPayload(*command, answer);
  return Reply{.body = answer.Time("createdAt", command->created * 1000)
                           .Time("lastUpdatedAt", command->updated * 1000)
                           .Flag("deprecated", command->deprecated)
                           .Flag("pendingDeletion", command->pending_deletion())
                           .Finish()};
}

Outcome UpdateCommand(const Call& call, Desk& desk) {
  Members in(call);
  const std::string id = in.Label("commandId", kCommandId);
  const auto display_name = in.Text("displayName", kDisplayName);
  const auto description = in.Text("description", kCommandDescription);
  const auto deprecated = in.Flag("deprecated");
  if (auto refusal = Refused(in)) return *std::move(refusal);
  if (!display_name && !description && !deprecated) {
    return control::Validation("One of displayName, description and deprecated must be given");
  }
  auto command = FindCommand(id, desk);
  if (!command) return CommandNotFound(id);
  if (command->pending_deletion()) return BeingDeleted(id);
  if (display_name) command->display_name = *display_name;
  if (description) command->description = *description;
  if (deprecated) command->deprecated = *deprecated;
  command->updated = desk.now();
  Keep(*command, desk);
  return Reply{.body = Json()
                           .Text("commandId", id)
                           .TextIfAny("displayName", command->display_name)
                           .TextIfAny("description", command->description)
                           .Flag("deprecated", command->deprecated)
                           .Time("lastUpdatedAt", command->updated * 1000)
                           .Finish()};
}

Outcome DeleteCommand(const Call& call, Desk& desk) {
  Members in(call);
  const std::string id = in.Label("commandId", kCommandId);
  if (auto refusal = Refused(in)) return *std::move(refusal);
  auto command = FindCommand(id, desk);
  if (!command) return Reply{.status = 204};
  if (command->pending_deletion()) return Reply{.status = 202};
  const int64_t unused_at = command->last_used + kUsedLatelySeconds;
  if (command->last_used == 0 || desk.now() >= unused_at) {
    Forget(*command, desk);
    return Reply{.status = 204};
  }
  command->gone_at = unused_at;
  command->updated = desk.now();
  Keep(*command, desk);
  return Reply{.status = 202};
}

std::string TellSummary(const Command& command, const Desk& desk) {
  return Json()
      .Text("commandArn", control::Arn(desk.here, "command", command.id))
      .Text("commandId", command.id)
      .TextIfAny("displayName", command.display_name)
      .Flag("deprecated", command.deprecated)
      .Time("createdAt", command.created * 1000)
      .Time("lastUpdatedAt", command.updated * 1000)
      .Flag("pendingDeletion", command.pending_deletion())
      .Finish();
}

bool HasParameter(const Command& command, absl::string_view name) {
  const auto list = policy::ParseJsonTree(command.parameters, command.parameters.size());
  if (!command.is_template() || !list.ok()) return false;
  return std::any_of(list->elements.begin(), list->elements.end(), [&](const policy::Node& one) {
    const policy::Node* const known = one.Find("name");
    return known != nullptr && known->text == name;
  });
}

Outcome ListCommands(const Call& call, Desk& desk) {
  Members in(call);
  const control::Page page = ReadListPage(in);
  const auto name_space = in.QueryWord("namespace", kNamespaces);
  const bool ascending = in.QueryWord("sortOrder", kSortOrders) == kSortOrders[0];
  const auto parameter = in.Query("commandParameterName", kParameterName);
  if (auto refusal = Refused(in, page)) return *std::move(refusal);
  Json answer;
  // None is of another namespace.
  const bool none = name_space.value_or(std::string(kNamespace)) != kNamespace;
  if (none) return Reply{.body = answer.List("commands", {}).Finish()};
  const auto tell = [&](absl::string_view id) -> std::optional<std::string> {
    const auto command = FindCommand(id, desk);
    if (!command || (parameter && !HasParameter(*command, *parameter))) return std::nullopt;
    return TellSummary(*command, desk);
  };
  TellList(page, {.keys = CommandsList(ascending), .ascending = ascending}, "commands", tell, desk,
           answer);
  return Reply{.body = answer.Finish()};
}

std::string CommandResource(const Call& call) {
  return absl::StrCat("command/", call.Label("commandId"));
}

constexpr absl::string_view kCommandPath = "/commands/{commandId}";

}  // namespace

absl::Span<const desk::Operation> CommandOperations() {
  static constexpr desk::Operation kOperations[] = {
      {"CreateCommand", "PUT", kCommandPath, CommandResource, CreateCommand},
      {"GetCommand", "GET", kCommandPath, CommandResource, GetCommand},
      {"UpdateCommand", "PATCH", kCommandPath, CommandResource, UpdateCommand},
      {"DeleteCommand", "DELETE", kCommandPath, CommandResource, DeleteCommand},
      {"ListCommands", "GET", "/commands", nullptr, ListCommands},
  };
  return kOperations;
}

}  // namespace commands
