#include "rest/bench_query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "rest/permission.h"
#include "rest/route.h"

namespace rest {
namespace {

using testing::HasSubstr;

std::variant<Operation, Error> Asked(absl::string_view method, absl::string_view text,
                                     absl::string_view body = "") {
  const auto target = ParseTarget(text);
  EXPECT_TRUE(target) << text;
  return Route({.method = method, .target = text, .headers = {}, .body = body}, *target);
}

std::string RefusalOf(absl::string_view method, absl::string_view text,
                      absl::string_view body = "") {
  const auto routed = Asked(method, text, body);
  const auto* const error = std::get_if<Error>(&routed);
  return error == nullptr ? "" : absl::StrCat(error->status, " ", error->message_json);
}

void ExpectClock(absl::string_view body, const SetClock& wanted) {
  const auto routed = Asked("PUT", "/_shadow/v1/clock", body);
  ASSERT_TRUE(std::holds_alternative<Operation>(routed)) << body;
  EXPECT_EQ(std::get<SetClock>(std::get<Operation>(routed)), wanted) << body;
}

TEST(BenchQuery, TheClockIsSetInThreeWays) {
  ExpectClock(R"({"offset_seconds":172800})", {SetClock::To::kOffset, 172800});
  ExpectClock(R"({"offset_seconds":-5})", {SetClock::To::kOffset, -5});
  ExpectClock(R"( {"freeze" : 1764000000} )", {SetClock::To::kFrozen, 1764000000});
  ExpectClock(R"({"reset":true})", {SetClock::To::kReset, 0});
}

TEST(BenchQuery, AnyOtherBodyIsToldTheForms) {
  for (const absl::string_view body :
       {"", "{}", "[]", "5", R"({"reset":false})", R"({"reset":1})", R"({"freeze":"now"})",
        R"({"freeze":1.5})", R"({"freeze":99999999999999999999})", R"({"offset":5})",
        R"({"freeze":1,"reset":true})", R"({"offset_seconds":null})", "{\"freeze\":1", "\xff"}) {
    EXPECT_THAT(RefusalOf("PUT", "/_shadow/v1/clock", body),
                HasSubstr("400 \"The body is one of {\\\"offset_seconds\\\":172800}"))
        << body;
  }
}

TEST(BenchQuery, AParameterThatIsNotKnownIsRefused) {
  EXPECT_THAT(RefusalOf("GET", "/_shadow/v1/clock?freeze=1"), HasSubstr("'freeze' is not known"));
  EXPECT_THAT(RefusalOf("PUT", "/_shadow/v1/clock?x=1"), HasSubstr("'x' is not known"));
  EXPECT_THAT(RefusalOf("DELETE", "/_shadow/v1/clock"), HasSubstr("405"));
}

TEST(BenchQuery, AResetTakesAGlobOrNothing) {
  const auto things = [](absl::string_view body) {
    const auto routed = Asked("POST", "/_shadow/v1/reset", body);
    const auto* const operation = std::get_if<Operation>(&routed);
    return operation == nullptr ? "refused" : std::get<ResetShadows>(*operation).things;
  };
  EXPECT_EQ(things(""), "");
  EXPECT_EQ(things("{}"), "");
  EXPECT_EQ(things(R"({"things":"lift-*"})"), "lift-*");
  EXPECT_EQ(things(R"({"things":"*"})"), "*");
  for (const absl::string_view body :
       {"[]", "x", R"({"things":""})", R"({"things":"a/b"})", R"({"things":["a"]})",
        R"({"other":"a"})", R"({"things":"a b"})", R"({"things":"\\u0000"})"}) {
    EXPECT_EQ(things(body), "refused") << body;
  }
}

TEST(BenchQuery, SnapshotsHaveNames) {
  using Do = SnapshotCall::Do;
  const auto call = [](absl::string_view method, absl::string_view path) {
    return std::get<SnapshotCall>(std::get<Operation>(Asked(method, path)));
  };
  EXPECT_EQ(call("PUT", "/_shadow/v1/snapshots/a-B_9"), (SnapshotCall{Do::kTake, "a-B_9"}));
  EXPECT_EQ(call("DELETE", "/_shadow/v1/snapshots/a"), (SnapshotCall{Do::kDelete, "a"}));
  EXPECT_EQ(call("POST", "/_shadow/v1/snapshots/a/restore"), (SnapshotCall{Do::kRestore, "a"}));
  const std::string longest(64, 'x');
  EXPECT_EQ(call("PUT", "/_shadow/v1/snapshots/" + longest).name, longest);
  for (const std::string& name : {longest + "x", std::string("a.b"), std::string("%2F")}) {
    EXPECT_THAT(RefusalOf("PUT", "/_shadow/v1/snapshots/" + name), HasSubstr("1 to 64 of the"));
  }
}

TEST(BenchQuery, ItIsForBenchesAndAccessKeysAlone) {
  for (const auto& [method, path] : std::vector<std::pair<absl::string_view, absl::string_view>>{
           {"GET", "/_shadow/v1/clock"},
           {"POST", "/_shadow/v1/reset"},
           {"GET", "/_shadow/v1/snapshots"},
           {"PUT", "/_shadow/v1/snapshots/a"}}) {
    const auto asked = std::get<Operation>(Asked(method, path));
    EXPECT_TRUE(IsOfBench(asked)) << path;
    EXPECT_TRUE(NeedsAccessKey(asked)) << path;
  }
  EXPECT_FALSE(IsOfBench(Operation(ReadChanges{.entries_max = 1})));
}

}  // namespace
}  // namespace rest
