#include "policy/action.h"

#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "policy/connection.h"
#include "policy/pattern.h"

namespace policy {
namespace {

constexpr std::array<std::pair<Action, absl::string_view>, 12> kNames = {{
    {Action::kConnect, "iot:Connect"},
    {Action::kPublish, "iot:Publish"},
    {Action::kRetainPublish, "iot:RetainPublish"},
    {Action::kSubscribe, "iot:Subscribe"},
    {Action::kReceive, "iot:Receive"},
    {Action::kGetThingShadow, "iot:GetThingShadow"},
    {Action::kUpdateThingShadow, "iot:UpdateThingShadow"},
    {Action::kDeleteThingShadow, "iot:DeleteThingShadow"},
    {Action::kListNamedShadowsForThing, "iot:ListNamedShadowsForThing"},
    {Action::kGetRetainedMessage, "iot:GetRetainedMessage"},
    {Action::kListRetainedMessages, "iot:ListRetainedMessages"},
    {Action::kDeleteConnection, "iot:DeleteConnection"},
}};

// Stand in device policies of AWS and are never asked for here.
constexpr std::array<absl::string_view, 10> kWithoutEffect = {
    "iot:AssumeRoleWithCertificate",
    "iot:DescribeJobExecution",
    "iot:GetPendingJobExecutions",
    "iot:StartNextPendingJobExecution",
    "iot:UpdateJobExecution",
    "iotjobsdata:DescribeJobExecution",
    "iotjobsdata:GetPendingJobExecutions",
    "iotjobsdata:StartNextPendingJobExecution",
    "iotjobsdata:UpdateJobExecution",
    "greengrass:Discover",
};

}  // namespace

absl::string_view ActionName(Action action) { return kNames[static_cast<size_t>(action)].second; }

std::optional<Action> FindAction(absl::string_view name) {
  for (const auto& [action, known] : kNames) {
    if (absl::EqualsIgnoreCase(known, name)) return action;
  }
  return std::nullopt;
}

absl::Span<const Action> AllActions() {
  static constexpr std::array<Action, kNames.size()> kAll = [] {
    std::array<Action, kNames.size()> all{};
    for (size_t i = 0; i < all.size(); ++i) all[i] = kNames[i].first;
    return all;
  }();
  return kAll;
}

ResourceKind KindOf(Action action) {
  switch (action) {
    case Action::kConnect:
    case Action::kDeleteConnection:
      return ResourceKind::kClient;
    case Action::kPublish:
    case Action::kRetainPublish:
    case Action::kReceive:
    case Action::kGetRetainedMessage:
    case Action::kListRetainedMessages:
      return ResourceKind::kTopic;
    case Action::kSubscribe:
      return ResourceKind::kTopicFilter;
    default:
      return ResourceKind::kThing;
  }
}

absl::string_view KindName(ResourceKind kind) {
  constexpr std::array<absl::string_view, 4> kKinds = {"client", "topic", "topicfilter", "thing"};
  return kKinds[static_cast<size_t>(kind)];
}

std::optional<ActionSet> MatchActions(absl::string_view pattern) {
  const auto compiled =
      Pattern::Compile(absl::AsciiStrToLower(pattern), Pattern::Syntax::kWildcardsOnly);
  if (!compiled.ok()) return std::nullopt;
  const auto matches = [&](absl::string_view name) {
    return compiled->Matches(absl::AsciiStrToLower(name), Connection());
  };
  ActionSet set = 0;
  bool known = false;
  for (const auto& [action, name] : kNames) {
    if (matches(name)) set |= Bit(action);
  }
  for (const absl::string_view name : kWithoutEffect) known = known || matches(name);
  if (set == 0 && !known) return std::nullopt;
  return set;
}

}  // namespace policy
