#include "service/faults/fault_plans.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/command.h"
#include "proto/envelope.h"

namespace service {
namespace {

using proto::CommandResult;
using testing::ElementsAre;
using testing::HasSubstr;
using Verb = proto::FaultsCommand::Verb;

constexpr absl::string_view kReject =
    R"({"name":"r","seed":1,"for":"5m","rules":[{"id":"a","on":"https","where":{"thing":"lamp"},)"
    R"("count":1,"do":"reject","code":409}]})";
constexpr absl::string_view kDelay =
    R"({"name":"d","for":"5m","rules":[{"id":"late","on":"https","do":"delay","ms":70}]})";

class FaultPlansTest : public testing::Test {
 protected:
  // What the plugin was asked for last, once.
  proto::FaultsCommand Asked() {
    const auto orders = commands_.Take(true);
    EXPECT_EQ(orders.size(), 1u);
    if (orders.size() != 1) return {};
    envelope_ = orders[0].envelope;
    const auto command = proto::DecodeCommand(envelope_);
    EXPECT_TRUE(command.ok()) << command.status();
    id_ = command->id;
    return std::get<proto::FaultsCommand>(command->what);
  }

  void Reply(CommandResult result, absl::string_view text = "") {
    EXPECT_TRUE(commands_.Reply(
        {0, proto::EncodeCommandReply({.id = id_, .result = result, .text = text})}));
  }

  FaultPlans::Done Tell() {
    return [this](const absl::StatusOr<std::string>& told) { told_.push_back(told); };
  }

  absl::Status Last() { return told_.empty() ? absl::UnknownError("-") : told_.back().status(); }

  void Start(absl::string_view text) {
    plans_.Start(text, Tell());
    EXPECT_EQ(Asked(), (proto::FaultsCommand{Verb::kStart, text}));
    Reply(CommandResult::kDone);
    EXPECT_TRUE(Last().ok()) << Last();
  }

  void Hear(const proto::Notice& notice) {
    EXPECT_TRUE(plans_.Hear(proto::EncodeNotices(7, {notice})));
  }

  std::optional<FaultPlans::HttpsFault> Update(absl::string_view thing) {
    if (!plans_.LooksAtHttps()) return std::nullopt;
    return plans_.Decide(shadow::Operation::kUpdate, {thing, ""});
  }

  Log log_{LogLevel::kError, LogFormat::kText};
  Counters counters_;
  Trace trace_;
  Commands commands_{[] {}};
  std::vector<std::string> ended_;  // sessions
  FaultPlans plans_{commands_, [this](const std::string& client) { ended_.push_back(client); },
                    trace_, counters_, log_};
  std::vector<absl::StatusOr<std::string>> told_;
  std::string envelope_;
  uint64_t id_ = 0;
};

TEST_F(FaultPlansTest, APlanBeginsWhenThePluginSaysSoAndEndsWhenItSaysSo) {
  plans_.Start(kReject, Tell());
  EXPECT_FALSE(plans_.LooksAtHttps());
  Asked();
  Reply(CommandResult::kDone);
  EXPECT_EQ(*told_.at(0), R"({"name":"r","seed":1,"endsInMs":300000})");
  EXPECT_FALSE(Update("other"));
  EXPECT_EQ(Update("lamp").value().code, 409);
  EXPECT_FALSE(Update("lamp"));
  EXPECT_EQ(counters_.Read().https_rejects, 1u);

  Hear({.kind = proto::Notice::Kind::kPlanEnded, .text = "r"});
  EXPECT_FALSE(plans_.LooksAtHttps());
}

TEST_F(FaultPlansTest, APlanThatIsWrongIsRefusedAtItsPlaceAndThePluginIsNotAsked) {
  plans_.Start("{\"name\":\"x\",\n\"for\":5}", Tell());
  EXPECT_TRUE(absl::IsInvalidArgument(Last()));
  EXPECT_THAT(std::string(Last().message()), HasSubstr("2:7: plan: \"for\""));
  EXPECT_TRUE(commands_.Take(true).empty());
}

TEST_F(FaultPlansTest, WhatThePluginRefusesIsNotInForceHere) {
  const std::pair<CommandResult, absl::StatusCode> refusals[] = {
      {CommandResult::kRefused, absl::StatusCode::kAlreadyExists},
      {CommandResult::kFaultsOff, absl::StatusCode::kFailedPrecondition}};
  for (const auto& [result, code] : refusals) {
    plans_.Start(kReject, Tell());
    Asked();
    Reply(result, "why");
    EXPECT_EQ(Last().code(), code);
    EXPECT_FALSE(plans_.LooksAtHttps());
  }
  EXPECT_THAT(std::string(Last().message()), HasSubstr("plugin_opt_faults true"));
}

TEST_F(FaultPlansTest, WithoutABrokerNothingBegins) {
  plans_.Start(kReject, Tell());
  EXPECT_TRUE(commands_.Take(false).empty());
  EXPECT_TRUE(absl::IsUnavailable(Last()));
  EXPECT_FALSE(plans_.LooksAtHttps());
}

TEST_F(FaultPlansTest, WhatIsRefusedHereIsStoppedInThePlugin) {
  Start(kReject);
  plans_.Start(kReject, Tell());
  Asked();
  Reply(CommandResult::kDone);
  EXPECT_EQ(Asked(), (proto::FaultsCommand{Verb::kStop, "r"}));
  Reply(CommandResult::kDone);
  EXPECT_TRUE(absl::IsAlreadyExists(Last())) << Last();
}

TEST_F(FaultPlansTest, AllEndTogetherOrOneAlone) {
  Start(kReject);
  Start(kDelay);
  plans_.Stop("r", Tell());
  EXPECT_EQ(Asked(), (proto::FaultsCommand{Verb::kStop, "r"}));
  Reply(CommandResult::kDone);
  EXPECT_EQ(*told_.back(), R"({"stopped":["r"]})");
  EXPECT_EQ(Update("lamp").value().ms, 70);

  plans_.Stop("", Tell());
  EXPECT_EQ(Asked(), (proto::FaultsCommand{Verb::kStop, ""}));
  Reply(CommandResult::kDone);
  EXPECT_EQ(*told_.back(), R"({"stopped":["d"]})");
  EXPECT_FALSE(plans_.LooksAtHttps());
}

TEST_F(FaultPlansTest, WhatIsNotInForceIsNotFound) {
  plans_.Stop("x", Tell());
  Asked();
  Reply(CommandResult::kNoSuchPlan, "no plan called x is in force");
  EXPECT_EQ(Last(), absl::NotFoundError("no plan called x is in force"));
  plans_.Stop("no name", Tell());
  EXPECT_TRUE(absl::IsNotFound(Last()));
  EXPECT_TRUE(commands_.Take(true).empty());
}

TEST_F(FaultPlansTest, WhatThePluginDoesNotHaveEndsHere) {
  Start(kReject);
  plans_.Stop("r", Tell());
  Asked();
  Reply(CommandResult::kNoSuchPlan, "no plan called r is in force");
  EXPECT_TRUE(absl::IsNotFound(Last()));
  EXPECT_FALSE(plans_.LooksAtHttps());
}

TEST_F(FaultPlansTest, TheListIsThePluginsWithOurCounts) {
  Start(kReject);
  Update("lamp");
  Update("lamp");
  plans_.List(Tell());
  EXPECT_EQ(Asked(), proto::FaultsCommand{Verb::kList});
  Reply(CommandResult::kDone,
        R"([{"name":"r","seed":1,"endsInMs":5,"rules":[{"id":"a","on":"https","do":"reject",)"
        R"("matched":0,"fired":0}]}])");
  EXPECT_EQ(*told_.back(),
            R"({"plans":[{"name":"r","seed":1,"endsInMs":5,"rules":[{"id":"a","on":"https",)"
            R"("do":"reject","matched":2,"fired":1}]}]})");
}

TEST_F(FaultPlansTest, ARecordHasWhatWasDoneOverHttps) {
  Start(kReject);
  Update("lamp");
  plans_.Record("r", Tell());
  EXPECT_EQ(Asked(), (proto::FaultsCommand{Verb::kRecord, "r"}));
  Reply(CommandResult::kNoSuchPlan, "the plan r has done nothing that could be repeated");
  ASSERT_TRUE(Last().ok()) << Last();
  EXPECT_THAT(*told_.back(), HasSubstr(R"("at":{"lamp":[0]})"));

  plans_.Record("r", Tell());
  Asked();
  Reply(CommandResult::kRefused, "the plan r has done more than a plan can say");
  EXPECT_TRUE(absl::IsResourceExhausted(Last()));
}

TEST_F(FaultPlansTest, WhatIsHeldIsSentOnceWhenItIsDueOrWhenItsPlanEnds) {
  Start(kDelay);
  std::vector<int> sent;
  const auto first = plans_.Hold("d", [&] { sent.push_back(1); });
  ASSERT_TRUE(first);
  ASSERT_TRUE(plans_.Hold("d", [&] { sent.push_back(2); }));
  ASSERT_TRUE(plans_.Hold("d", [&] { sent.push_back(3); }));
  EXPECT_THAT(sent, ElementsAre());
  plans_.Release(*first);
  plans_.Release(*first);
  EXPECT_THAT(sent, ElementsAre(1));
  Hear({.kind = proto::Notice::Kind::kPlanEnded, .text = "d"});
  EXPECT_THAT(sent, ElementsAre(1, 2, 3));
  EXPECT_FALSE(plans_.Hold("d", [&] { sent.push_back(4); }));
  EXPECT_THAT(sent, ElementsAre(1, 2, 3, 4));
}

TEST_F(FaultPlansTest, AllEndsWithTheLink) {
  Start(kReject);
  Hear({.kind = proto::Notice::Kind::kPulseOn});
  plans_.LinkIs(true);
  EXPECT_TRUE(plans_.LooksAtHttps());
  plans_.LinkIs(false);
  EXPECT_FALSE(plans_.LooksAtHttps());
  EXPECT_FALSE(plans_.NextPulseMs());
}

TEST_F(FaultPlansTest, ThePluginIsWokenWhileItAsksForIt) {
  EXPECT_FALSE(plans_.NextPulseMs());
  EXPECT_FALSE(plans_.TakePulse());
  Hear({.kind = proto::Notice::Kind::kPulseOn});
  EXPECT_EQ(plans_.NextPulseMs(), 0);
  const auto pulse = plans_.TakePulse();
  ASSERT_TRUE(pulse);
  const auto batch = proto::DecodeAnswerBatch(*pulse);
  ASSERT_TRUE(batch.ok());
  EXPECT_TRUE(batch->epoch == 0 && batch->answers.empty() && !batch->hello);
  EXPECT_LE(plans_.NextPulseMs().value(), 10);
  Hear({.kind = proto::Notice::Kind::kPulseOff});
  EXPECT_FALSE(plans_.NextPulseMs());
}

TEST_F(FaultPlansTest, WhoFollowsAThingIsToldOfItsFaults) {
  const auto follower = trace_.Follow("lamp");
  Hear({.kind = proto::Notice::Kind::kFault, .thing = "other", .text = "x#0:drop"});
  Hear({.kind = proto::Notice::Kind::kFault,
        .thing = "lamp",
        .client = "lamp-7",
        .topic = "$aws/things/lamp/shadow/update/delta",
        .text = "late#12:delay:840"});
  EXPECT_THAT(follower->Next(absl::ZeroDuration()).value_or(""),
              HasSubstr(R"("thing":"lamp","client":"lamp-7",)"
                        R"("topic":"$aws/things/lamp/shadow/update/delta","way":"mqtt",)"
                        R"("faults":["late#12:delay:840"]})"));
  Start(kReject);
  Update("lamp");
  EXPECT_THAT(follower->Next(absl::ZeroDuration()).value_or(""),
              HasSubstr(R"("topic":"$aws/things/lamp/shadow/update","way":"https",)"
                        R"("faults":["a#0:reject:409"]})"));
}

TEST_F(FaultPlansTest, ASessionIsEndedWhenThePluginAsksForIt) {
  Hear({.kind = proto::Notice::Kind::kEndSession, .client = "lamp-7"});
  EXPECT_THAT(ended_, ElementsAre("lamp-7"));
}

TEST_F(FaultPlansTest, NoticesThatAreDamagedAreCountedAndChangeNothing) {
  Start(kReject);
  std::string damaged =
      proto::EncodeNotices(7, {{.kind = proto::Notice::Kind::kPlanEnded, .text = "r"}});
  damaged.pop_back();
  EXPECT_TRUE(plans_.Hear(damaged));
  EXPECT_EQ(counters_.Read().envelopes_refused, 1u);
  EXPECT_TRUE(plans_.LooksAtHttps());
  EXPECT_FALSE(plans_.Hear(proto::EncodeHello({.life = 5})));
}

}  // namespace
}  // namespace service
