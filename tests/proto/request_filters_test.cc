#include "proto/request_filters.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/types/span.h"
#include "shadow/limits.h"

namespace proto {
namespace {

constexpr absl::string_view kGet = "$aws/things/T1/shadow/get";
constexpr absl::string_view kNamed = "$aws/things/T1/shadow/name/N/update";

bool Matches(absl::string_view filter, absl::string_view topic) {
  RequestFilters filters;
  filters.Add(filter);
  return filters.Match(topic);
}

// K8 as it is written, level by level.
bool MatchesByTheBook(absl::Span<const std::string> filter, absl::Span<const std::string> topic) {
  if (filter.empty() || topic.empty()) return filter.empty() && topic.empty();
  if (filter[0] == "#") return true;
  return (filter[0] == "+" || filter[0] == topic[0]) &&
         MatchesByTheBook(filter.subspan(1), topic.subspan(1));
}

TEST(RequestFilters, MatchAsAwsReadsThem) {  // K8
  for (const absl::string_view filter :
       {"$aws/things/T1/shadow/get", "$aws/things/T1/shadow/#", "$aws/things/+/shadow/+",
        "$aws/things/T1/shadow/+", "$aws/#", "$aws/+/+/+/+"}) {
    EXPECT_TRUE(Matches(filter, kGet)) << filter;
  }
  for (const absl::string_view filter :
       {"$aws/things/T1/shadow/get/#", "$aws/things/T1/shadow/get/+", "#", "+/#", "+/things/#",
        "$aws/things/T2/shadow/#", "$aws/things/T1/shadow", "$aws/things/+/shadow",
        "$aws/things/T1/shadow/get/", "$aws/+", "$aws/things/T1/shadow/name/+/get", ""}) {
    EXPECT_FALSE(Matches(filter, kGet)) << filter;
  }
  EXPECT_TRUE(Matches("$aws/things/+/shadow/name/+/update", kNamed));
  EXPECT_TRUE(Matches("$aws/things/T1/shadow/name/N/#", kNamed));
  EXPECT_FALSE(Matches("$aws/things/T1/shadow/name/N/update/#", kNamed));
}

TEST(RequestFilters, AHashBelowTheTopicIsAMatchAsParentAlone) {
  RequestFilters filters;
  filters.Add("$aws/things/+/shadow/get/#");
  EXPECT_FALSE(filters.Match(kGet));
  EXPECT_TRUE(filters.MatchAsParent(kGet));
  EXPECT_FALSE(filters.MatchAsParent("$aws/things/T1/shadow/update"));
  filters.Add("$aws/things/T1/shadow/#");
  EXPECT_TRUE(filters.Match(kGet));
}

TEST(RequestFilters, OneThatIsThereTwiceIsTakenAwayTwice) {
  RequestFilters filters;
  filters.Add(kGet);
  filters.Add(kGet);
  filters.Remove(kGet);
  EXPECT_TRUE(filters.Match(kGet));
  filters.Remove(kGet);
  EXPECT_FALSE(filters.Match(kGet));
  EXPECT_EQ(filters.shapes(), 0u);
  filters.Remove(kGet);  // is not there
}

TEST(RequestFilters, ManyAreLookedUpInAsManyStepsAsTheyHaveShapes) {
  RequestFilters filters;
  for (int i = 0; i < 2'000; ++i) {
    filters.Add(absl::StrCat("$aws/things/T", i, "/shadow/update"));
    filters.Add(absl::StrCat("$aws/things/T", i, "/shadow/name/+/update"));
    filters.Add(absl::StrCat("$aws/things/T", i, "/shadow/get/#"));
  }
  EXPECT_EQ(filters.shapes(), 3u);
  EXPECT_TRUE(filters.Match("$aws/things/T1999/shadow/name/N/update"));
  EXPECT_FALSE(filters.Match("$aws/things/T1999/shadow/get"));
  EXPECT_TRUE(filters.MatchAsParent("$aws/things/T1999/shadow/get"));
}

TEST(RequestFilters, MatchAnswersToWhoProvisionsItself) {
  RequestFilters filters;
  filters.Add("$aws/provisioning-templates/+/provision/json/accepted");
  filters.Add("$aws/certificates/create/cbor/+");
  filters.Add("$aws/+/U/#");
  EXPECT_TRUE(filters.Match("$aws/provisioning-templates/T/provision/json/accepted"));
  EXPECT_FALSE(filters.Match("$aws/provisioning-templates/T/provision/json/rejected"));
  EXPECT_TRUE(filters.Match("$aws/provisioning-templates/U/provision/json/rejected"));
  EXPECT_TRUE(filters.Match("$aws/certificates/create/cbor/rejected"));
  EXPECT_FALSE(filters.Match("$aws/certificates/create/json/rejected"));
}

TEST(RequestFilters, WhatCanMatchNoRequestTakesNoMemory) {
  RequestFilters filters;
  const std::string long_name(shadow::kThingNameBytesMax + shadow::kShadowNameBytesMax + 21, 'x');
  for (const std::string& filter :
       {std::string("t"), std::string("a/b/c/d/e"), std::string("$SYS/#"),
        std::string("$aws/things/T1/shadow/update/accepted"),
        std::string("$aws/things/T1/shadow/name/N/update/delta"),
        std::string("$aws/1/2/3/4/5/6/7/#"), absl::StrCat("$aws/things/", long_name, "/#")}) {
    EXPECT_FALSE(RequestFilters::CanMatch(filter)) << filter;
    filters.Add(filter);
    EXPECT_EQ(filters.bytes(), 0u) << filter;
    filters.Remove(filter);
  }
}

TEST(RequestFilters, LongestNamesAreKept) {  // A3, A4
  const std::string thing(shadow::kThingNameBytesMax, 't');
  const std::string name(shadow::kShadowNameBytesMax, 'n');
  const std::string topic = absl::StrCat("$aws/things/", thing, "/shadow/name/", name, "/update");
  RequestFilters filters;
  filters.Add(topic + "/#");
  EXPECT_TRUE(filters.MatchAsParent(topic));
  EXPECT_TRUE(Matches(topic, topic));
}

TEST(RequestFilters, AgreeWithTheBook) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  const auto pick = [&](const std::vector<std::string>& from) {
    return from[random() % from.size()];
  };
  const std::vector<std::string> classic = {"$aws", "things", "T", "shadow", "get"};
  const std::vector<std::string> named = {"$aws", "things", "T", "shadow", "name", "N", "get"};
  for (int round = 0; round < 2000; ++round) {
    std::vector<std::vector<std::string>> filters(1 + random() % 4);
    RequestFilters under_test;
    for (auto& filter : filters) {
      filter = {"$aws"};
      const size_t levels = random() % 8;
      for (size_t i = 1; i < levels; ++i)
        filter.push_back(pick({"+", named[i], classic[i % 5], "x"}));
      if (random() % 2 == 0) filter.push_back("#");
      under_test.Add(absl::StrJoin(filter, "/"));
    }
    for (const auto& topic : {classic, named}) {
      bool expected = false;
      for (const auto& filter : filters) expected |= MatchesByTheBook(filter, topic);
      ASSERT_EQ(under_test.Match(absl::StrJoin(topic, "/")), expected)
          << absl::StrJoin(filters, "\n", [](std::string* out, const auto& filter) {
               absl::StrAppend(out, absl::StrJoin(filter, "/"));
             });
    }
  }
}

}  // namespace
}  // namespace proto
