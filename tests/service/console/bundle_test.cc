#include "service/console/bundle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace service {
namespace {

rest::Answer GetFile(absl::string_view path, absl::string_view encodings) {
  rest::Request request{.method = "GET", .target = path, .headers = {}, .body = ""};
  if (!encodings.empty()) request.headers.push_back({"Accept-Encoding", encodings});
  return AnswerFromBundle(path, request);
}

TEST(Bundle, ItsFirstPageIsThereAndIsAskedForAgain) {
  const auto answer = GetFile("", "");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.content_type, "text/html; charset=utf-8");
  EXPECT_EQ(answer.cache_control, "no-cache");
  EXPECT_THAT(answer.body, testing::StartsWith("<!doctype html>"));
  EXPECT_EQ(answer.body, GetFile("index.html", "").body);
}

TEST(Bundle, WhoeverTakesGzipGetsIt) {
  for (const absl::string_view encodings :
       {"gzip", "deflate, GZIP", "br;q=1.0, gzip;q=0.8", "deflate , gzip ;q=1"}) {
    const auto answer = GetFile("", encodings);
    EXPECT_EQ(answer.content_encoding, "gzip") << encodings;
    EXPECT_EQ(answer.body.substr(0, 2), "\x1F\x8B") << encodings;
  }
  for (const absl::string_view encodings : {"", "br", "gzip;q=0", "xgzip"}) {
    EXPECT_EQ(GetFile("", encodings).content_encoding, "") << encodings;
  }
}

TEST(Bundle, WhatIsNotInItIsNotFound) {
  for (const absl::string_view path : {"nothing", "../index.html", "INDEX.HTML", "/", "assets/"}) {
    EXPECT_EQ(GetFile(path, "gzip").status, 404) << path;
  }
}

TEST(Bundle, EveryFileHasATypeAndInflates) {
  for (const BundleFile& file : Bundle()) {
    EXPECT_FALSE(file.content_type.empty()) << file.path;
    EXPECT_GT(GetFile(file.path, "").body.size(), 0u) << file.path;
  }
}

}  // namespace
}  // namespace service
