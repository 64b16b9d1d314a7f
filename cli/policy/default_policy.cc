#include "cli/policy/default_policy.h"

#include "absl/strings/str_replace.h"

namespace cli {
namespace {

// Region and account may be anything here; those of AWS's own examples make it a document that AWS
// takes, too.
constexpr absl::string_view kDocument = R"({
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": "iot:Connect",
      "Resource": [
        "arn:aws:iot:us-east-1:123456789012:client/THING",
        "arn:aws:iot:us-east-1:123456789012:client/THING-*",
        "arn:aws:iot:us-east-1:123456789012:client/auto-*",
        "arn:aws:iot:us-east-1:123456789012:client/test-*",
        "arn:aws:iot:us-east-1:123456789012:client/mqtt5-sample-*",
        "arn:aws:iot:us-east-1:123456789012:client/sdk-*",
        "arn:aws:iot:us-east-1:123456789012:client/basicPubSub"
      ]
    },
    {
      "Effect": "Allow",
      "Action": ["iot:Publish", "iot:Receive", "iot:Subscribe"],
      "Resource": [
        "arn:aws:iot:us-east-1:123456789012:topic/$aws/things/THING/shadow/*",
        "arn:aws:iot:us-east-1:123456789012:topic/cmd/THING/*",
        "arn:aws:iot:us-east-1:123456789012:topicfilter/$aws/things/THING/shadow/*",
        "arn:aws:iot:us-east-1:123456789012:topicfilter/cmd/THING/*"
      ]
    },
    {
      "Effect": "Allow",
      "Action": [
        "iot:GetThingShadow",
        "iot:UpdateThingShadow",
        "iot:DeleteThingShadow",
        "iot:ListNamedShadowsForThing"
      ],
      "Resource": [
        "arn:aws:iot:us-east-1:123456789012:thing/THING",
        "arn:aws:iot:us-east-1:123456789012:thing/THING/*"
      ]
    }
  ]
}
)";

}  // namespace

std::string DefaultPolicyName(absl::string_view thing) {
  return absl::StrReplaceAll(thing, {{":", "."}});
}

std::string DefaultPolicyText(absl::string_view thing) {
  return absl::StrReplaceAll(kDocument, {{"THING", thing}});
}

}  // namespace cli
