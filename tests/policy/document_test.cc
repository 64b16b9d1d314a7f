#include "policy/document.h"

#include <gtest/gtest.h>

#include "tests/policy/texts.h"

namespace policy {
namespace {

constexpr absl::string_view kArn = "arn:aws:iot:us-east-1:123456789012:topic/a";

bool AllowsNamed(const Document& document, absl::string_view action, absl::string_view resource) {
  const Document* const policies[] = {&document};
  return Decide(policies, NamedRequest{action, resource}, Connection()).allowed;
}

TEST(Document, KeepsActionsThatNobodyKnowsWhichMatchNothing) {
  for (const auto* const action : {"iot:6", "s3:GetObject", "iot:Frobnicate*"}) {
    const Document document = Compiled(AllowText(action, kArn));
    EXPECT_EQ(document.statements[0].actions, ActionSet{0}) << action;
    EXPECT_NE(RefusalOf(AllowText(action, kArn), Actions::kKnown), "") << action;
  }
  for (const auto* const action : {"Publish", "", ":", "iot:", "s3:Get Object"}) {
    EXPECT_NE(RefusalOf(AllowText(action, kArn)), "") << action;
  }
  // What speaks of other services alone is not looked into.
  Compiled(AllowText("s3:GetObject", "arn:aws:s3:::bucket/*"));
  EXPECT_NE(RefusalOf(AllowText("iot:Publish", "arn:aws:s3:::bucket/*")), "");
}

TEST(Document, ActionsAreAskedForByTheirNames) {
  const Document all = Compiled(AllowText("iot:*", "*"));
  EXPECT_TRUE(AllowsNamed(all, "iot:CreateThing", "thing/a"));
  EXPECT_TRUE(AllowsNamed(all, "iot:ListThings", "*"));
  const Document one =
      Compiled(AllowText("iot:creatething", "arn:aws:iot:us-east-1:000000000000:thing/a*"));
  EXPECT_TRUE(AllowsNamed(one, "iot:CreateThing", "thing/ab"));
  EXPECT_FALSE(AllowsNamed(one, "iot:CreateThing", "thing/b"));
  EXPECT_FALSE(AllowsNamed(one, "iot:CreateThing", "*"));
  EXPECT_FALSE(AllowsNamed(one, "iot:CreateThing", "thinggroup/a"));
  EXPECT_FALSE(AllowsNamed(one, "iot:DeleteThing", "thing/a"));
  const Document policies =
      Compiled(AllowText("iot:GetPolicy", "arn:aws:iot:us-east-1:000000000000:policy/p"));
  EXPECT_TRUE(AllowsNamed(policies, "iot:GetPolicy", "policy/p"));
  EXPECT_FALSE(AllowsNamed(Compiled(AllowText("iot:GetThingShadow", "*")), "iot:GetThing", "*"));
}

TEST(Document, TakesOneStatementOrAList) {
  const Document one = Compiled(AllowText("iot:Publish", kArn));
  EXPECT_EQ(one.statements.size(), 1u);
  const Document list = Compiled(R"({"Version": "2012-10-17", "Id": "x", "Statement": [
    {"Sid": "first", "Effect": "Allow", "Action": ["iot:Publish", "iot:Receive"], "Resource": ["*"]},
    {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {}}]})");
  ASSERT_EQ(list.statements.size(), 2u);
  EXPECT_EQ(list.statements[0].sid, "first");
  EXPECT_EQ(list.statements[0].actions, Bit(Action::kPublish) | Bit(Action::kReceive));
  EXPECT_EQ(list.statements[1].number, 2u);
  EXPECT_EQ(PlaceText(list.statements[1].place), "3:5");
}

TEST(Document, RefusesMembersThatItDoesNotKnowByNameAndPlace) {
  EXPECT_EQ(RefusalOf("{\"Version\": \"2012-10-17\",\n \"Statement\": [{\"Effect\": \"Allow\",\n"
                      "  \"NotAction\": \"iot:Connect\", \"Resource\": \"*\"}]}"),
            "3:3: a statement cannot have \"NotAction\"");
  for (const auto* const name : {"NotResource", "Principal", "NotPrincipal", "effect", "x"}) {
    const std::string text = std::string(R"({"Version": "2012-10-17", "Statement": {")") + name +
                             R"(": "*", "Effect": "Allow", "Action": "*", "Resource": "*"}})";
    EXPECT_EQ(RefusalOf(text), std::string("1:41: a statement cannot have \"") + name + "\"");
  }
  EXPECT_EQ(RefusalOf(R"({"Statements": []})"), "1:2: a policy cannot have \"Statements\"");
}

TEST(Document, RefusesWhatIsMissingOrOfAnotherKind) {
  EXPECT_EQ(RefusalOf("[]"), "1:1: a policy must be an object, not a list");
  EXPECT_EQ(RefusalOf("{}"), "1:1: the policy has no \"Statement\"");
  EXPECT_EQ(RefusalOf(R"({"Statement": []})"), "1:15: \"Statement\" is empty");
  EXPECT_EQ(RefusalOf(R"({"Statement": ["x"]})"),
            "1:16: a statement must be an object, not a string");
  EXPECT_EQ(RefusalOf(R"({"Statement": {}})"), "1:15: the statement has no \"Effect\"");
  EXPECT_EQ(RefusalOf(R"({"Statement": {"Effect": "Allow", "Resource": "*"}})"),
            "1:15: the statement has no \"Action\"");
  EXPECT_EQ(RefusalOf(R"({"Statement": {"Effect": "Allow", "Action": "*"}})"),
            "1:15: the statement has no \"Resource\"");
  EXPECT_EQ(RefusalOf(R"({"Statement": {"Effect": "allow", "Action": "*", "Resource": "*"}})"),
            "1:26: \"Effect\" must be \"Allow\" or \"Deny\"");
  EXPECT_EQ(RefusalOf(R"({"Statement": {"Effect": "Allow", "Action": [], "Resource": "*"}})"),
            "1:45: \"Action\" must be a string or a list of strings");
  EXPECT_EQ(RefusalOf(R"({"Statement": {"Effect": "Allow", "Action": "*", "Resource": [1]}})"),
            "1:63: \"Resource\" must be a string, not a number");
  EXPECT_EQ(RefusalOf(R"({"Statement": {"Sid": 1, "Effect": "Deny", "Action": "*"}})"),
            "1:23: \"Sid\" must be a string, not a number");
  EXPECT_EQ(RefusalOf(R"({"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*",)"
                      R"("Condition": []}})"),
            "1:78: \"Condition\" must be an object, not a list");
  EXPECT_EQ(RefusalOf(R"({"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*",)"
                      R"("Condition": {"Bool": []}}})"),
            "1:87: an operator's content must be an object, not a list");
}

TEST(Document, RefusesActionsAndResourcesByName) {
  EXPECT_EQ(RefusalOf(AllowText("iot:Publsh", kArn), Actions::kKnown),
            "1:64: no action of AWS IoT is called \"iot:Publsh\"; docs/policies.md lists them");
  EXPECT_EQ(RefusalOf(AllowText("iot:Publish", "topic/a")).substr(0, 36),
            "1:89: \"topic/a\" is not a resource: w");
  EXPECT_EQ(RefusalOf(AllowText("iot:Publish", "arn:aws:iot:::topic/${iot:Who}")).substr(0, 62),
            "1:89: \"iot:Who\" is not a context key that is known here; docs/");
}

TEST(Document, VariablesNeedTheVersionThatHasThem) {
  EXPECT_EQ(RefusalOf(R"({"Version": "2020-01-01", "Statement": []})"),
            "1:13: \"Version\" must be \"2012-10-17\"");
  for (const auto* const version : {"", R"("Version": "2008-10-17",)"}) {
    const std::string plain = std::string("{") + version +
                              R"("Statement": {"Effect": "Allow", "Action": "*", "Resource": ")";
    EXPECT_EQ(RefusalOf(plain + "arn:aws:iot:::topic/a\"}}"), "");
    EXPECT_NE(RefusalOf(plain + "arn:aws:iot:::topic/${iot:ClientId}\"}}"), "");
  }
}

TEST(Document, HasTheSizeThatAwsTakesBlanksAside) {
  std::string text = AllowText("iot:Publish", kArn);
  const std::string filler(kDocumentBytesMax - text.size(), 'x');
  text.replace(text.find("topic/a"), 7, "topic/a" + filler);
  ASSERT_EQ(text.size(), kDocumentBytesMax);
  EXPECT_EQ(RefusalOf(std::string(5000, '\n') + text), "");
  text.replace(text.find("topic/a"), 7, "topic/ab");
  EXPECT_EQ(RefusalOf(text), "1:1: the document has 2049 bytes without blanks; AWS takes 2048");
}

TEST(Document, PolicyNamesAreThoseOfAws) {
  EXPECT_TRUE(IsPolicyName("My_policy+=,.@-1"));
  EXPECT_TRUE(IsPolicyName(std::string(128, 'p')));
  for (const std::string& name : {std::string(), std::string(129, 'p'), std::string("a/b"),
                                  std::string("a b"), std::string("ä")}) {
    EXPECT_FALSE(IsPolicyName(name)) << name;
  }
}

}  // namespace
}  // namespace policy
