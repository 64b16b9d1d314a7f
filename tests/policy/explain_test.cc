#include "policy/explain.h"

#include <gtest/gtest.h>

#include "tests/policy/texts.h"

namespace policy {
namespace {

class Explain : public testing::Test {
 protected:
  const Document lamp_ = Compiled(R"({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "iot:Publish", "Resource": "arn:aws:iot:::topic/a"},
    {"Sid": "Closed", "Effect": "Deny", "Action": "iot:Publish", "Resource": "arn:aws:iot:::topic/b"},
    {"Effect": "Allow", "Action": "iot:Publish", "Resource": "*",
     "Condition": {"StringEquals": {"iot:ClientId": "admin"}}},
    {"Effect": "Allow", "Action": "iot:Connect", "Resource": "*"}]})",
                                  "lamp");
  const Document other_ = Compiled(AllowText("iot:Connect", "*"), "other");

  std::string Text(absl::Span<const Document* const> policies, absl::string_view topic) const {
    return DecisionText(Decide(policies, {Action::kPublish, topic}, Connection()), policies);
  }
};

TEST_F(Explain, NamesTheStatementThatDecided) {
  const Document* const policies[] = {&lamp_, &other_};
  EXPECT_EQ(Text(policies, "a"), "allowed by statement 1 of policy \"lamp\" at 2:5");
  EXPECT_EQ(Text(policies, "b"), "denied by statement 2 (\"Closed\") of policy \"lamp\" at 3:5");
}

TEST_F(Explain, SaysThatNothingAllows) {
  const Document* const both[] = {&lamp_, &other_};
  const Document* const one[] = {&lamp_};
  EXPECT_EQ(Text(both, "c"), "denied: no statement of policies \"lamp\", \"other\" allows it");
  EXPECT_EQ(Text(one, "c"), "denied: no statement of policy \"lamp\" allows it");
  EXPECT_EQ(Text({}, "c"), "denied: no policy is attached");
}

TEST_F(Explain, TellsWhatEachStatementSaid) {
  const Document* const policies[] = {&lamp_};
  std::vector<std::string> texts;
  for (const Finding& finding : Examine(policies, {Action::kPublish, "b"}, Connection())) {
    texts.push_back(FindingText(finding));
  }
  EXPECT_EQ(texts, (std::vector<std::string>{
                       "statement 1 of policy \"lamp\" at 2:5 allows: no resource of it matches",
                       "statement 2 (\"Closed\") of policy \"lamp\" at 3:5 denies: it applies",
                       "statement 3 of policy \"lamp\" at 4:5 allows: its condition StringEquals "
                       "iot:ClientId does not hold",
                       "statement 4 of policy \"lamp\" at 6:5 allows: other actions"}));
}

TEST_F(Explain, NamesTheRequest) {
  EXPECT_EQ(RequestText({Action::kSubscribe, "a/+"}), "iot:Subscribe on topicfilter/a/+");
}

}  // namespace
}  // namespace policy
