#include "advise/match.h"

#include <gtest/gtest.h>

namespace advise {
namespace {

using What = Observation::What;

const Subject kDevice = {
    .thing = "lamp", .state = R"({"power":"on"})", .other = R"({"power":"off"})"};

Match MatchOf(absl::string_view json) {
  auto match = ParseMatch(policy::ParseJsonTree(json).value(), "match");
  EXPECT_TRUE(match.ok()) << match.status();
  return *std::move(match);
}

bool Meets(absl::string_view json, const Observation& observation) {
  const Match match = MatchOf(json);
  return Tally(match, kDevice).Add(observation);
}

std::string MatchFault(absl::string_view json) {
  const auto match = ParseMatch(policy::ParseJsonTree(json).value(), "match");
  return match.ok() ? "" : std::string(match.status().message());
}

Observation Update(absl::string_view payload) {
  return {.what = What::kPublish,
          .topic = "$aws/things/lamp/shadow/update",
          .qos = 1,
          .payload = std::string(payload)};
}

TEST(Match, AConnectIsAnAcceptedOneUnlessItSaysOtherwise) {
  const Observation accepted{.what = What::kConnect, .keep_alive_s = 30, .result = "accepted"};
  const Observation closed{.what = What::kConnect, .result = "closed"};
  EXPECT_TRUE(Meets(R"({"connect":{}})", accepted));
  EXPECT_FALSE(Meets(R"({"connect":{}})", closed));
  EXPECT_TRUE(Meets(R"({"connect":{"result":"any"}})", closed));
  EXPECT_TRUE(Meets(R"({"connect":{"keep_alive":[5,30],"clean":false}})", accepted));
  EXPECT_FALSE(Meets(R"({"connect":{"keep_alive":[31,1200]}})", accepted));
  EXPECT_FALSE(Meets(R"({"connect":{"clean":true}})", accepted));
}

TEST(Match, ASubscriptionMeetsWhatItsFilterCovers) {
  const Observation seen{
      .what = What::kSubscribe, .topic = "$aws/things/lamp/shadow/update/+", .qos = 1};
  EXPECT_TRUE(Meets(R"({"subscribe":{"topic":"$shadow/update/delta","qos":1}})", seen));
  EXPECT_FALSE(Meets(R"({"subscribe":{"topic":"$shadow/get/accepted"}})", seen));
  EXPECT_FALSE(Meets(R"({"subscribe":{"topic":"$shadow/update/delta","qos":0}})", seen));
}

TEST(Match, APublishIsCoveredByTheFilterAndContains) {
  const Observation seen{
      .what = What::kPublish, .topic = "tele/lamp/7", .payload = R"({"t":1,"u":2})"};
  EXPECT_TRUE(Meets(R"({"publish":{"topic":"tele/#","contains":{"t":1}}})", seen));
  EXPECT_FALSE(Meets(R"({"publish":{"topic":"tele/+"}})", seen));
  EXPECT_FALSE(Meets(R"({"publish":{"contains":{"t":2}}})", seen));
  EXPECT_FALSE(Meets(R"({"publish":{"allowed":false}})", seen));
}

TEST(Match, AnUpdateIsOneOfTheDevicesShadow) {
  EXPECT_TRUE(Meets(R"({"update":{}})", Update("not even JSON")) == false);
  EXPECT_TRUE(Meets(R"({"update":{}})", Update("{}")));
  const Observation report = Update(R"({"state":{"reported":{"power":"on","t":1}},"version":4})");
  EXPECT_TRUE(Meets(R"({"update":{"reported":"$state"}})", report));
  EXPECT_TRUE(Meets(R"({"update":{"reported":{},"version":true}})", report));
  EXPECT_FALSE(Meets(R"({"update":{"reported":"$other"}})", report));
  EXPECT_FALSE(Meets(R"({"update":{"desired":{}}})", report));
  EXPECT_FALSE(Meets(R"({"update":{"version":false}})", report));
  Observation others = report;
  others.topic = "$aws/things/other/shadow/update";
  EXPECT_FALSE(Meets(R"({"update":{}})", others));
  EXPECT_FALSE(Meets(R"({"get":{}})", report));
}

TEST(Match, AnUpdateMayHaveATrailingNul) {
  EXPECT_TRUE(
      Meets(R"({"update":{"reported":"$state"}})",
            Update(absl::string_view("{\"state\":{\"reported\":{\"power\":\"on\"}}}\0", 38))));
}

TEST(Match, AnyOfCountsEachAndAllOfTheLeast) {
  const Observation connect{.what = What::kConnect, .result = "accepted"};
  const Observation disconnect{.what = What::kDisconnect, .reason = "CONNECTION_LOST"};
  const Match any = MatchOf(R"({"any_of":[{"connect":{}},{"disconnect":{}}]})");
  Tally either(any, kDevice);
  EXPECT_TRUE(either.Add(connect));
  EXPECT_TRUE(either.Add(disconnect));
  EXPECT_EQ(either.count(), 2);
  const Match all = MatchOf(R"({"all_of":[{"connect":{}},{"disconnect":{}}]})");
  Tally both(all, kDevice);
  EXPECT_FALSE(both.Add(connect));
  EXPECT_FALSE(both.Add(connect));
  EXPECT_TRUE(both.Add(disconnect));
  EXPECT_EQ(both.count(), 1);
}

TEST(Match, SaysWhatIsWrongAndWhatWouldBeRight) {
  EXPECT_EQ(MatchFault("{}"),
            "1:1: match must be an object with one member: connect, disconnect, subscribe, "
            "unsubscribe, publish, get, update, any_of or all_of");
  EXPECT_EQ(MatchFault(R"({"conect":{}})").substr(0, 58),
            "1:2: match: \"conect\" is nothing that can be seen; it must ");
  EXPECT_NE(MatchFault(R"({"connect":{"qos":1}})").find("qos"), std::string::npos);
  EXPECT_NE(MatchFault(R"({"connect":{"result":"yes"}})").find("\"accepted\""), std::string::npos);
  EXPECT_NE(MatchFault(R"({"connect":{"keep_alive":[2,1]}})").find("[least, most]"),
            std::string::npos);
  EXPECT_NE(MatchFault(R"({"subscribe":{"topic":"a/#/b"}})").find("filter"), std::string::npos);
  EXPECT_NE(MatchFault(R"({"publish":{"qos":2}})").find("from 0 to 1"), std::string::npos);
  EXPECT_NE(MatchFault(R"({"update":{"reported":7}})").find("\"$state\""), std::string::npos);
  EXPECT_NE(MatchFault(R"({"any_of":[]})").find("empty"), std::string::npos);
  EXPECT_NE(MatchFault(R"({"any_of":[{"x":1}]})").find("\"x\""), std::string::npos);
}

}  // namespace
}  // namespace advise
