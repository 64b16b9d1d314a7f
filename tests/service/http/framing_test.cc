#include "service/http/framing.h"

#include <gtest/gtest.h>

namespace service {
namespace {

int Judged(std::vector<rest::Header> headers, unsigned version = 11) {
  headers.push_back({"hOST", "a"});
  const auto error = JudgeHead(
      {.method = "GET", .target = "/", .headers = std::move(headers), .body = {}}, version);
  return error ? error->status : 200;
}

TEST(JudgeHead, RefusesWhatCouldBeReadInTwoWays) {
  EXPECT_EQ(Judged({{"Transfer-Encoding", "Chunked"}, {"Expect", "100-Continue"}}), 200);
  EXPECT_EQ(Judged({{"Host", "a"}}), 400);
  EXPECT_EQ(Judged({{"Transfer-Encoding", "gzip, chunked"}}), 400);
  EXPECT_EQ(Judged({{"Transfer-Encoding", "chunked"}}, 10), 400);
  EXPECT_EQ(Judged({{"Expect", "more"}}), 400);
  EXPECT_EQ(Judged({}, 20), 400);
  EXPECT_EQ(Judged(std::vector<rest::Header>(63, {"X", "1"})), 200);
  EXPECT_EQ(Judged(std::vector<rest::Header>(64, {"X", "1"})), 400);
}

TEST(JudgeHead, WantsAHostSinceHttp11) {
  const rest::Request head = {.method = "GET", .target = "/", .headers = {}, .body = {}};
  EXPECT_TRUE(JudgeHead(head, 11));
  EXPECT_FALSE(JudgeHead(head, 10));
}

}  // namespace
}  // namespace service
