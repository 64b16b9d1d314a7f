#include "service/http/framing.h"

#include <gtest/gtest.h>

namespace service {
namespace {

// Whether a fold is seen in what came in pieces of `bytes`.
bool Folds(absl::string_view text, size_t bytes) {
  HeadLines lines;
  for (size_t i = 0; i < text.size(); i += bytes) {
    if (lines.Fold(text.substr(i, bytes))) return true;
  }
  return false;
}

TEST(HeadLines, SeesAFoldHoweverItComesInPieces) {
  for (const size_t bytes : {1, 2, 3, 7, 100}) {
    for (const absl::string_view text :
         {"GET / HTTP/1.1\r\nX: a\r\n b\r\n\r\n", "GET / HTTP/1.1\r\nX: a\r\n\tb\r\n\r\n",
          "GET / HTTP/1.1\r\n X: a\r\n\r\n", "GET / HTTP/1.1\nX: a\n b\n\n"}) {
      EXPECT_TRUE(Folds(text, bytes)) << text << bytes;
    }
    for (const absl::string_view text :
         {"GET / HTTP/1.1\r\nX: a b\r\nY:\r\n\r\n", "GET / HTTP/1.1\r\n\r\n body\r\n of two"}) {
      EXPECT_FALSE(Folds(text, bytes)) << text << bytes;
    }
  }
}

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
