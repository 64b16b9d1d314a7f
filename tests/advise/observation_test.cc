#include "advise/observation.h"

#include <gtest/gtest.h>

namespace advise {
namespace {

using What = Observation::What;

TEST(Observation, IsReadFromItsLine) {
  const auto connect = ParseObservation(
      R"({"us":5,"what":"connect","client":"lamp","clean":false,"keep_alive":30,"mqtt":4,"way":"mqtt","certificate":"","result":"closed"})");
  ASSERT_TRUE(connect.ok());
  EXPECT_EQ(connect->us, 5);
  EXPECT_EQ(connect->what, What::kConnect);
  EXPECT_EQ(connect->keep_alive_s, 30);
  EXPECT_FALSE(connect->clean);
  EXPECT_EQ(connect->result, "closed");

  const auto publish = ParseObservation(
      R"({"us":6,"what":"publish","client":"lamp","topic":"a/b","qos":1,"retain":true,"allowed":false,"bytes":3,"payload":"\"ä"})");
  ASSERT_TRUE(publish.ok());
  EXPECT_EQ(publish->topic, "a/b");
  EXPECT_EQ(publish->payload, "\"ä");
  EXPECT_TRUE(publish->retain);
  EXPECT_FALSE(publish->allowed);
}

TEST(Observation, AnythingElseIsRefused) {
  for (const char* line : {"", "{}", "[]", "x", R"({"us":1})", R"({"us":"1","what":"connect"})",
                           R"({"us":1,"what":"sneeze"})", R"({"lost":3})", R"({"what":"connect"})",
                           "{\"us\":1,\xff}"}) {
    EXPECT_FALSE(ParseObservation(line).ok()) << line;
  }
}

TEST(Observation, IsToldInALine) {
  const Observation connect{.us = 3'250'000,
                            .what = What::kConnect,
                            .client = "lamp",
                            .clean = true,
                            .keep_alive_s = 30,
                            .result = "accepted"};
  EXPECT_EQ(ObservationText(connect, 2'000'000),
            "+1.250 s  connect accepted, client lamp, clean session, keep alive 30 s");
  const Observation publish{.us = 2'000'100,
                            .what = What::kPublish,
                            .topic = "a",
                            .qos = 1,
                            .allowed = false,
                            .payload_bytes = 2,
                            .payload = "{}"};
  EXPECT_EQ(ObservationText(publish, 2'000'000), "+0.000 s  publish a qos 1 forbidden {}");
}

TEST(Observation, LongPayloadsAreCutBetweenCharacters) {
  EXPECT_EQ(Shortened("abc", 3), "abc");
  EXPECT_EQ(Shortened("abcd", 3), "abc…");
  EXPECT_EQ(Shortened("aä", 2), "a…");
}

}  // namespace
}  // namespace advise
