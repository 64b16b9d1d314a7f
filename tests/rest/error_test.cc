#include "rest/error.h"

#include <gtest/gtest.h>

#include "rest/words.h"

namespace rest {
namespace {

TEST(Error, HasAwsForm) {
  const Answer answer = WordError(NotFound("a \"b\""), "id");
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.body, R"({"message":"a \"b\"","traceId":"id"})");
  EXPECT_EQ(answer.error_type, "ResourceNotFoundException:");
  EXPECT_EQ(WordError(Forbidden(), "id").body, R"({"message":null,"traceId":"id"})");
  EXPECT_EQ(WordError(MethodNotAllowed("GET"), "id").allow, "GET");
  Error more = NotFound("a");
  more.more_json = R"(,"kept_from":{})";
  EXPECT_EQ(WordError(more, "id").body, R"({"message":"a","traceId":"id","kept_from":{}})");
  EXPECT_EQ(WordError(Conflict(), "id").body, R"({"message":"Version conflict","traceId":"id"})");
}

TEST(Error, IsALineForPeople) {
  const Answer answer = WordErrorAsText(NotFound("a \"b\""));
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.body, "a \"b\"\n");
  EXPECT_EQ(answer.content_type, "text/plain; charset=utf-8");
  EXPECT_EQ(answer.error_type, "");
  EXPECT_EQ(WordErrorAsText(MethodNotAllowed("GET")).allow, "GET");
}

TEST(Error, IsReadFromARejection) {
  const Error error =
      FromRejected(R"({"code":409,"message":"Version conflict","clientToken":"t"})");
  EXPECT_EQ(error.status, 409);
  EXPECT_EQ(error.message_json, R"("Version conflict")");
  for (const absl::string_view text : {"", "{}", "[1]", R"({"code":"x","message":"y"})"}) {
    EXPECT_EQ(FromRejected(text), InternalFailure()) << text;
  }
}

TEST(Error, EveryStatusHasItsException) {
  for (const int status : {400, 401, 403, 404, 405, 409, 413, 415, 421, 429, 503, 504}) {
    EXPECT_NE(ExceptionName(status), ExceptionName(500)) << status;
  }
}

TEST(RequestId, IsAUuidAndNew) {
  const std::string id = NewRequestId();
  EXPECT_EQ(id.size(), 36u);
  EXPECT_EQ(id[14], '4');
  EXPECT_NE(id, NewRequestId());
}

TEST(Words, OfAList) {
  EXPECT_EQ(WordNamedShadows({}, false, 2000), R"({"results":[],"timestamp":2000})");
  EXPECT_EQ(WordNamedShadows({"a", "b"}, false, 2000), R"({"results":["a","b"],"timestamp":2000})");
  EXPECT_EQ(WordNamedShadows({"a"}, true, 2000),
            R"({"results":["a"],"nextToken":"MS9h","timestamp":2000})");
}

}  // namespace
}  // namespace rest
