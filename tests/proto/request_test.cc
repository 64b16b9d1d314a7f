#include "proto/request.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace proto {
namespace {

using shadow::Refusal;
using shadow::Update;

class RequestTest : public testing::Test {
 protected:
  // The refusal and the token that goes with it.
  void ExpectRefused(absl::string_view payload, const Refusal& refusal,
                     absl::string_view token = "") {
    const auto parsed = ParseUpdate(payload, 1, arena_);
    ASSERT_TRUE(std::holds_alternative<Refusal>(parsed.request)) << payload;
    EXPECT_EQ(std::get<Refusal>(parsed.request), refusal) << payload;
    EXPECT_EQ(parsed.token, token) << payload;
  }

  shadow::Arena arena_;
};

TEST_F(RequestTest, AnUpdateHasStateVersionAndToken) {
  const auto parsed =
      ParseUpdate(R"({"state":{"desired":{"a":1}},"version":7,"clientToken":"t\"1"})", 1, arena_);
  const auto& update = std::get<Update>(parsed.request);
  EXPECT_EQ(update.version, 7);
  EXPECT_EQ(parsed.token, R"("t\"1")");
  EXPECT_EQ(update.state.members()[0].value.members()[0].value.timestamp(), 1);
}

TEST_F(RequestTest, NullMeansAbsent) {
  const auto parsed = ParseUpdate(R"({"state":{},"version":null,"clientToken":null})", 1, arena_);
  EXPECT_EQ(std::get<Update>(parsed.request).version, std::nullopt);
  EXPECT_EQ(parsed.token, "");
}

TEST_F(RequestTest, ChecksComeInTheirOrder) {  // B20
  ExpectRefused("\xFF", shadow::UnsupportedEncoding());
  ExpectRefused("", shadow::InvalidJson());
  ExpectRefused("66", shadow::MissingState());
  ExpectRefused("null", shadow::MissingState());
  ExpectRefused(R"({"clientToken":5})", shadow::InvalidClientToken());
  ExpectRefused(R"({"clientToken":"c","version":"x"})", shadow::MissingState(), R"("c")");
  ExpectRefused(R"({"state":[],"version":"x"})", shadow::StateNotAnObject());
  ExpectRefused(R"({"state":{"desired":1,"x":2}})", shadow::InvalidNode("x"));
  ExpectRefused(R"({"state":{"reported":1,"desired":2},"version":"x"})",
                shadow::DesiredNotAnObject());
  ExpectRefused(R"({"state":{"reported":[]},"version":"x"})", shadow::ReportedNotAnObject());
  ExpectRefused(R"({"state":{},"version":"x"})", shadow::InvalidVersion());
}

TEST_F(RequestTest, AVersionIsANonNegativeInteger) {  // B15
  for (const absl::string_view version : {"-1", "1.0", "1e0", "true", "\"1\"", "[]", "{}"}) {
    ExpectRefused(absl::StrCat(R"({"state":{},"version":)", version, "}"),
                  shadow::InvalidVersion());
  }
  const auto beyond = ParseUpdate(R"({"state":{},"version":18446744073709551616})", 1, arena_);
  EXPECT_GT(std::get<Update>(beyond.request).version, int64_t{1} << 62);
}

TEST_F(RequestTest, ATokenHas64BytesAtMost) {  // B14
  const auto with_token = [](absl::string_view token) {
    return absl::StrCat(R"({"state":{},"clientToken":")", token, "\"}");
  };
  EXPECT_EQ(ParseUpdate(with_token(std::string(64, 't')), 1, arena_).token.size(), 66u);
  ExpectRefused(with_token(std::string(65, 't')), shadow::InvalidClientToken());
  // 64 bytes once the escapes are undone.
  EXPECT_NE(ParseUpdate(with_token(absl::StrCat(std::string(63, 't'), "\\n")), 1, arena_).token,
            "");
  EXPECT_EQ(ParseUpdate(with_token(""), 1, arena_).token, R"("")");
}

TEST_F(RequestTest, AnInvalidNodeIsNamedAsItIs) {
  ExpectRefused(R"({"state":{"a\"b":1}})", shadow::InvalidNode("a\"b"));
}

TEST_F(RequestTest, GetAndDeleteOnlyKnowTheToken) {  // B21
  for (const absl::string_view payload :
       {"", "{}", "garbage", "\xFF", "[]", R"({"version":2})", "{\"clientToken\":null}"}) {
    const auto parsed = ParseGetOrDelete(payload, arena_);
    EXPECT_TRUE(std::holds_alternative<NoBody>(parsed.request)) << payload;
    EXPECT_EQ(parsed.token, "") << payload;
  }
  EXPECT_EQ(ParseGetOrDelete(R"({"clientToken":"c","version":-3})", arena_).token, R"("c")");
  const auto bad = ParseGetOrDelete(R"({"clientToken":5})", arena_);
  EXPECT_EQ(std::get<Refusal>(bad.request), shadow::InvalidClientToken());
}

}  // namespace
}  // namespace proto
