#include "rest/history_query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "rest/permission.h"
#include "rest/route.h"

namespace rest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr absl::string_view kThing = "/_shadow/v1/things/lamp";

Routed Ask(absl::string_view method, absl::string_view target, absl::string_view body = "") {
  const auto parsed = ParseTarget(target);
  EXPECT_TRUE(parsed) << target;
  return Route({.method = method, .target = target, .headers = {}, .body = body}, *parsed);
}

Routed Get(absl::string_view behind_thing) {
  return Ask("GET", absl::StrCat(kThing, behind_thing));
}

template <class Wanted>
Wanted AskedFor(const Routed& routed) {
  if (const auto* error = std::get_if<Error>(&routed)) {
    ADD_FAILURE() << error->status << " " << error->message_json;
    return {};
  }
  const auto* wanted = std::get_if<Wanted>(&std::get<Operation>(routed));
  EXPECT_NE(wanted, nullptr) << "another operation";
  return wanted == nullptr ? Wanted() : *wanted;
}

// The message of a 400.
std::string Refusal(const Routed& routed) {
  const auto* error = std::get_if<Error>(&routed);
  if (error == nullptr) return "nothing is wrong";
  EXPECT_EQ(error->status, 400);
  return error->message_json;
}

TEST(HistoryQuery, AListBeginsAtTheNewestOfAllLanes) {
  EXPECT_EQ(AskedFor<ListHistory>(Get("/history")),
            (ListHistory{.of = {"lamp", ""}, .entries_max = kHistoryDefault}));
}

TEST(HistoryQuery, AListTakesAllItsConditions) {
  const ListHistory wanted{.of = {"lamp", "config"},
                           .filter = {.since = 100,
                                      .until = 200,
                                      .path = {"desired", "fw"},
                                      .by = "fleet app",
                                      .wishes = true,
                                      .reports = false,
                                      .events = true},
                           .entries_max = 7,
                           .before = 41};
  EXPECT_EQ(AskedFor<ListHistory>(
                Get(absl::StrCat("/history?name=config&since=100&until=200&path=desired.fw"
                                 "&by=fleet%20app&lane=e,w&limit=7&after=",
                                 PageToken("41")))),
            wanted);
}

TEST(HistoryQuery, APathCanBeAnArrayOfNames) {
  const auto path = [](absl::string_view text) {
    return AskedFor<ListHistory>(Get(absl::StrCat("/history?path=", text))).filter.path;
  };
  EXPECT_THAT(path("reported"), ElementsAre("reported"));
  EXPECT_THAT(path("%5B%22desired%22,%22a.b%22,%22%22,%22%5Cu00e9%22%5D"),
              ElementsAre("desired", "a.b", "", "é"));
}

TEST(HistoryQuery, VersionsAreNumbersFromEitherEnd) {
  using By = VersionName::By;
  EXPECT_EQ(AskedFor<GetVersion>(Get("/versions/12?name=config")),
            (GetVersion{{"lamp", "config"}, {By::kNumber, 12}}));
  EXPECT_EQ(AskedFor<GetVersion>(Get("/versions/-1")), (GetVersion{{"lamp", ""}, {By::kBack, 1}}));
  EXPECT_EQ(AskedFor<GetVersion>(Get("/versions?at=1764000000")),
            (GetVersion{{"lamp", ""}, {By::kTime, 1764000000}}));
  EXPECT_EQ(AskedFor<CompareVersions>(Get("/diff?from=3&to=-2")),
            (CompareVersions{{"lamp", ""}, {By::kNumber, 3}, {By::kBack, 2}}));
  EXPECT_EQ(AskedFor<CompareVersions>(Get("/diff?from=3")),
            (CompareVersions{{"lamp", ""}, {By::kNumber, 3}, {By::kBack, 0}}));
  for (const absl::string_view bad : {"0", "-0", "--1", "+1", "1.0", "x", "", "%31x",
                                      "9223372036854775808", "99999999999999999999"}) {
    EXPECT_THAT(Refusal(Get(absl::StrCat("/versions/", bad))), HasSubstr("a number from 1"));
    EXPECT_THAT(Refusal(Get(absl::StrCat("/diff?from=", bad))), HasSubstr("from: a version"));
    EXPECT_THAT(Refusal(Get(absl::StrCat("/diff?from=1&to=", bad))), HasSubstr("to: a version"));
  }
}

TEST(HistoryQuery, ARestoreIsReadFromItsBody) {
  const auto restore = [](absl::string_view body) {
    return Ask("POST", absl::StrCat(kThing, "/restore"), body);
  };
  const VersionName kTwelve{VersionName::By::kNumber, 12};
  EXPECT_EQ(AskedFor<Restore>(restore(R"({"version":12})")),
            (Restore{.of = {"lamp", ""}, .version = kTwelve}));
  EXPECT_EQ(
      AskedFor<Restore>(restore(R"({"dryRun":true,"expect":45,"section":"both","version":12})")),
      (Restore{.of = {"lamp", ""},
               .version = kTwelve,
               .desired = true,
               .reported = true,
               .expect = 45,
               .dry_run = true}));
  const auto reported = AskedFor<Restore>(restore(R"({"version":-1,"section":"reported"})"));
  EXPECT_FALSE(reported.desired);
  EXPECT_TRUE(reported.reported);
  EXPECT_EQ(reported.version, (VersionName{VersionName::By::kBack, 1}));

  const std::pair<absl::string_view, absl::string_view> kBad[] = {
      {"", "a JSON object"},
      {"[1]", "a JSON object"},
      {"{\"version\":1}x", "a JSON object"},
      {"{\"version\":\xff}", "a JSON object"},
      {"{}", "version is missing"},
      {R"({"version":"12"})", "version: a version"},
      {R"({"version":1.5})", "version: a version"},
      {R"({"version":0})", "version: a version"},
      {R"({"version":1,"section":"delta"})", "section is"},
      {R"({"version":1,"section":{}})", "section is"},
      {R"({"version":1,"expect":-1})", "expect is"},
      {R"({"version":1,"dryRun":1})", "dryRun is"},
      {R"({"version":1,"dry_run":true})", "dry_run"},
  };
  for (const auto& [body, said] : kBad) {
    EXPECT_THAT(Refusal(restore(body)), HasSubstr(said)) << body;
  }
}

TEST(HistoryQuery, ChangesAreReadFromANumberOn) {
  EXPECT_EQ(AskedFor<ReadChanges>(Ask("GET", "/_shadow/v1/changes")),
            (ReadChanges{0, kHistoryDefault}));
  EXPECT_EQ(AskedFor<ReadChanges>(Ask("GET", "/_shadow/v1/changes?after=18446744073709551615")),
            (ReadChanges{UINT64_MAX, kHistoryDefault}));
  EXPECT_EQ(AskedFor<ReadChanges>(Ask("GET", "/_shadow/v1/changes?after=5&limit=9")),
            (ReadChanges{5, 9}));
  EXPECT_THAT(Refusal(Ask("GET", "/_shadow/v1/changes?after=-1")),
              HasSubstr("the number of a change"));
  EXPECT_THAT(Refusal(Ask("GET", "/_shadow/v1/changes?name=config")),
              HasSubstr("'name' is not known here; there are after, limit"));
}

TEST(HistoryQuery, WhatIsWrongIsNamed) {
  const std::pair<absl::string_view, absl::string_view> kBad[] = {
      {"/history?nmae=config", "The parameter 'nmae' is not known here; there are name, since"},
      {"/history?%ff=1", R"('\\ufffd')"},
      {"/history?name=", "A shadow name has"},
      {"/history?name=a&name=b", "name is given more than once"},
      {"/history?since=yesterday", "since is a time in seconds since 1970"},
      {"/history?until=-1", "until is a time"},
      {"/history?until=253402300800", "until is a time"},
      {"/history?path=fw", "path begins with desired or reported"},
      {"/history?path=", "path begins"},
      {"/history?path=desired..fw", "path begins"},
      {"/history?path=%5B%22desired%22,1%5D", "path begins"},
      {"/history?path=%5B%22desired%22", "path begins"},
      {"/history?path=%5B%22%ff%22%5D", "path begins"},
      {"/history?by=", "by is a client id"},
      {"/history?by=%ff", "by is a client id"},
      {"/history?lane=x", "lane is one or more of"},
      {"/history?lane=w,", "lane is one or more of"},
      {"/history?limit=0", "limit must be a number from 1 to 1000"},
      {"/history?limit=1001", "limit must be"},
      {"/history?after=7", "after is not a nextToken"},
      {"/history?after=!", "after is not a nextToken"},
      {"/versions", "at is missing"},
      {"/versions?at=14:03", "at is a time"},
      {"/versions/1?at=1", "'at' is not known here; there is name"},
      {"/diff", "from: a version"},
      {"/blame?limit=1", "'limit' is not known"},
  };
  for (const auto& [target, said] : kBad) {
    EXPECT_THAT(Refusal(Get(target)), HasSubstr(said)) << target;
  }
  EXPECT_THAT(Refusal(Get(absl::StrCat("/history?after=", PageToken("x")))), HasSubstr("after is"));
  EXPECT_THAT(Refusal(Ask("DELETE", absl::StrCat(kThing, "/history?name=config"))),
              HasSubstr("'name' is not known here; there is none"));
  for (const absl::string_view path : {"history", "versions/1", "diff?from=1", "blame"}) {
    EXPECT_THAT(Refusal(Ask("GET", absl::StrCat("/_shadow/v1/things/a%2Fb/", path))),
                HasSubstr("A thing name has"));
  }
}

TEST(HistoryQuery, ParametersOfASignatureAreNone) {
  EXPECT_EQ(AskedFor<Forget>(Ask("DELETE", absl::StrCat(kThing, "/history?X-Amz-Date=x"))),
            Forget{"lamp"});
}

TEST(HistoryPermission, OnlyAnAccessKeyForgetsAndAsksWho) {
  ListHistory list{.of = {"T", ""}, .entries_max = 1};
  EXPECT_FALSE(NeedsAccessKey(list));
  list.filter.by = "fleet-app";
  EXPECT_TRUE(NeedsAccessKey(list));
  EXPECT_TRUE(NeedsAccessKey(Forget{"T"}));
  EXPECT_FALSE(NeedsAccessKey(Blame{{"T", ""}}));
}

TEST(HistoryPermission, ReadingIsGettingAndRestoringIsUpdatingWhatOneMayGet) {
  const auto of = [](Operation operation) {
    std::vector<std::string> all;
    for (const Permission& one : PermissionsFor(operation)) {
      all.push_back(absl::StrCat(policy::ActionName(one.action), " ", one.name));
    }
    return all;
  };
  const HistoryOf classic{"T", ""};
  const HistoryOf named{"T", "S"};
  EXPECT_THAT(of(ListHistory{.of = named, .entries_max = 1}),
              ElementsAre("iot:GetThingShadow T/S"));
  EXPECT_THAT(of(GetVersion{classic, {}}), ElementsAre("iot:GetThingShadow T"));
  EXPECT_THAT(of(CompareVersions{named, {}, {}}), ElementsAre("iot:GetThingShadow T/S"));
  EXPECT_THAT(of(Blame{classic}), ElementsAre("iot:GetThingShadow T"));
  EXPECT_THAT(of(Restore{.of = named, .version = {}}),
              ElementsAre("iot:GetThingShadow T/S", "iot:UpdateThingShadow T/S"));
  EXPECT_THAT(of(Forget{"T"}), ElementsAre("iot:DeleteThingShadow T", "iot:DeleteThingShadow T/*"));
  EXPECT_THAT(of(ReadChanges{0, 1}), ElementsAre("iot:GetThingShadow *"));
}

}  // namespace
}  // namespace rest
