// docs/policies.md tells no tales: its examples are taken, and decide as it says.
#include <gtest/gtest.h>

#include "absl/strings/str_split.h"
#include "policy/registry_entry.h"
#include "tests/policy/texts.h"
#include "tests/storage/scratch_folder.h"

namespace policy {
namespace {

// The JSON examples, in their order.
std::vector<std::string> Examples() {
  const std::string guide = storage::FileText(GUIDE);
  std::vector<std::string> examples;
  const std::vector<std::string> parts = absl::StrSplit(guide, "\n```");
  for (const std::string& part : parts) {
    if (part.rfind("json\n", 0) == 0) examples.push_back(part.substr(5));
  }
  return examples;
}

TEST(Guide, ItsExamplesAreTaken) {
  int things = 0;
  int certificates = 0;
  int policies = 0;
  for (const std::string& text : Examples()) {
    things += ParseThing("t", text).ok() ? 1 : 0;
    certificates += ParseCertificate("c", text).ok() ? 1 : 0;
    policies += ParseDocument("p", text).ok() ? 1 : 0;
  }
  EXPECT_EQ(things, 1);
  EXPECT_EQ(certificates, 1);
  EXPECT_EQ(policies, 2);
}

TEST(Guide, ItsStrictPolicyLetsADeviceAskAndNotAnswer) {
  const Document strict = Compiled(Examples().back());
  const Thing thing{"lamp1", "", {}, ""};
  Connection connection;
  connection.client_id = "lamp1";
  connection.thing = &thing;
  EXPECT_TRUE(Allowed(strict, {Action::kConnect, "lamp1"}, connection));
  EXPECT_TRUE(Allowed(strict, {Action::kPublish, "$aws/things/lamp1/shadow/update"}, connection));
  EXPECT_FALSE(
      Allowed(strict, {Action::kPublish, "$aws/things/lamp1/shadow/update/delta"}, connection));
  EXPECT_TRUE(Allowed(strict, {Action::kSubscribe, "$aws/things/lamp1/shadow/get/+"}, connection));
  EXPECT_FALSE(Allowed(strict, {Action::kReceive, "$aws/things/lamp2/shadow/get"}, connection));
  connection.thing = nullptr;
  EXPECT_FALSE(Allowed(strict, {Action::kConnect, "lamp1"}, connection));
}

}  // namespace
}  // namespace policy
