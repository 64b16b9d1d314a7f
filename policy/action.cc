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

// Asked for by their names (control/), or not here but in device policies of AWS.
constexpr absl::string_view kByName[] = {
    "iot:CreateThing",
    "iot:DescribeThing",
    "iot:UpdateThing",
    "iot:DeleteThing",
    "iot:ListThings",
    "iot:AttachThingPrincipal",
    "iot:DetachThingPrincipal",
    "iot:ListThingPrincipals",
    "iot:ListThingPrincipalsV2",
    "iot:ListPrincipalThings",
    "iot:ListPrincipalThingsV2",
    "iot:CreateThingType",
    "iot:DescribeThingType",
    "iot:UpdateThingType",
    "iot:DeprecateThingType",
    "iot:DeleteThingType",
    "iot:ListThingTypes",
    "iot:CreateThingGroup",
    "iot:DescribeThingGroup",
    "iot:UpdateThingGroup",
    "iot:DeleteThingGroup",
    "iot:ListThingGroups",
    "iot:AddThingToThingGroup",
    "iot:RemoveThingFromThingGroup",
    "iot:UpdateThingGroupsForThing",
    "iot:ListThingsInThingGroup",
    "iot:ListThingGroupsForThing",
    "iot:CreateKeysAndCertificate",
    "iot:CreateCertificateFromCsr",
    "iot:RegisterCertificate",
    "iot:RegisterCertificateWithoutCA",
    "iot:DescribeCertificate",
    "iot:UpdateCertificate",
    "iot:DeleteCertificate",
    "iot:ListCertificates",
    "iot:ListCertificatesByCA",
    "iot:RegisterCACertificate",
    "iot:DescribeCACertificate",
    "iot:UpdateCACertificate",
    "iot:DeleteCACertificate",
    "iot:ListCACertificates",
    "iot:GetRegistrationCode",
    "iot:DeleteRegistrationCode",
    "iot:CreatePolicy",
    "iot:GetPolicy",
    "iot:DeletePolicy",
    "iot:ListPolicies",
    "iot:CreatePolicyVersion",
    "iot:ListPolicyVersions",
    "iot:GetPolicyVersion",
    "iot:SetDefaultPolicyVersion",
    "iot:DeletePolicyVersion",
    "iot:AttachPolicy",
    "iot:DetachPolicy",
    "iot:ListAttachedPolicies",
    "iot:ListTargetsForPolicy",
    "iot:AttachPrincipalPolicy",
    "iot:DetachPrincipalPolicy",
    "iot:ListPrincipalPolicies",
    "iot:ListPolicyPrincipals",
    "iot:GetEffectivePolicies",
    "iot:TestAuthorization",
    "iot:TagResource",
    "iot:UntagResource",
    "iot:ListTagsForResource",
    "iot:DescribeEndpoint",
    "iot:GetThingConnectivityData",
    "iot:DescribeEventConfigurations",
    "iot:UpdateEventConfigurations",
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
  for (const absl::string_view name : kByName) known = known || matches(name);
  if (set == 0 && !known) return std::nullopt;
  return set;
}

}  // namespace policy
