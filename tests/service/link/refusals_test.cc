#include "service/link/refusals.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "proto/envelope.h"
#include "proto/refusals.h"

namespace service {
namespace {

class RefusalsTest : public testing::Test {
 protected:
  static std::string One(absl::string_view client) {
    return proto::EncodeRefusals(7, {{.at_ms = 5, .client_id = client, .action = "iot:Connect"}});
  }

  Counters counters_;
  Log log_{LogLevel::kError, LogFormat::kText};
  Refusals refusals_{true, counters_, log_};
};

TEST_F(RefusalsTest, AreWordedWithWhatIsKnown) {
  int heard = 0;
  refusals_.SetHeard([&] { ++heard; });
  ASSERT_TRUE(refusals_.Hear(proto::EncodeRefusals(7, {{.at_ms = 1764000000123,
                                                        .client_id = "a\"b",
                                                        .principal = "f00",
                                                        .address = "10.0.0.7",
                                                        .thing = "lamp",
                                                        .action = "iot:Publish",
                                                        .name = "topic/a/b",
                                                        .reason = "nothing allows it"},
                                                       {.at_ms = 6, .client_id = "c"}})));
  EXPECT_EQ(heard, 1);
  const auto lines = refusals_.After(0);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].number, 1u);
  EXPECT_EQ(lines[0].json,
            R"({"at":1764000000123,"clientId":"a\"b","certificate":"f00","address":"10.0.0.7",)"
            R"("thing":"lamp","action":"iot:Publish","resource":"topic/a/b",)"
            R"("reason":"nothing allows it"})");
  EXPECT_EQ(lines[1].json, R"({"at":6,"clientId":"c"})");
}

TEST_F(RefusalsTest, AreKeptUpToABoundAndNumberedForGood) {
  const size_t all = Refusals::kKeptMax + 3;
  for (size_t i = 1; i <= all; ++i) refusals_.Hear(One(absl::StrCat(i)));
  const auto kept = refusals_.After(0);
  ASSERT_EQ(kept.size(), Refusals::kKeptMax);
  EXPECT_EQ(kept.front().number, 4u);
  EXPECT_EQ(kept.back().number, all);
  EXPECT_EQ(refusals_.After(all - 1).size(), 1u);
  EXPECT_TRUE(refusals_.After(all).empty());
}

TEST_F(RefusalsTest, AreNotKeptWhereNobodyAsks) {
  Refusals off(false, counters_, log_);
  int heard = 0;
  off.SetHeard([&] { ++heard; });
  EXPECT_TRUE(off.Hear(One("c")));
  EXPECT_TRUE(off.After(0).empty());
  EXPECT_EQ(heard, 0);
}

TEST_F(RefusalsTest, OtherEnvelopesAreOthersAndDamagedOnesAreCounted) {
  EXPECT_FALSE(refusals_.Hear(proto::EncodeHello({.life = 5})));
  EXPECT_FALSE(refusals_.Hear(""));
  EXPECT_TRUE(refusals_.Hear(One("c") + "x"));
  EXPECT_TRUE(refusals_.After(0).empty());
  EXPECT_EQ(counters_.Read().envelopes_refused, 1u);
}

}  // namespace
}  // namespace service
