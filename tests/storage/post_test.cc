#include "storage/post.h"

#include <gtest/gtest.h>

namespace storage {
namespace {

using namespace std::string_literals;

const Post kPosts[] = {
    {.topic = "$aws/x", .payload = "{}", .expires = 1000},
    {.topic = "t", .payload = absl::string_view("\0\xff", 2), .content_type = "application/cbor"},
    {.topic = "t", .expires = INT64_MAX},
};

TEST(Post, IsWrittenAsDocumented) {
  EXPECT_EQ(EncodePost(kPosts[0]), "\x01\xE8\x07\x06$aws/x\0\x02{}"s);
  EXPECT_EQ(PostKey(258), "p\0\0\0\0\0\0\x01\x02"s);
}

TEST(Post, ComesBack) {
  for (const Post& post : kPosts) {
    const std::string bytes = EncodePost(post);
    const auto decoded = DecodePost(bytes);
    ASSERT_TRUE(decoded.ok()) << decoded.status();
    EXPECT_EQ(*decoded, post);
  }
  EXPECT_EQ(ParsePostKey(PostKey(UINT64_MAX)), UINT64_MAX);
  for (const std::string& key : {""s, "p"s, "p1234567"s, "p123456789"s, "s12345678"s}) {
    EXPECT_EQ(ParsePostKey(key), std::nullopt) << key;
  }
}

TEST(Post, RefusesOtherBytes) {
  for (const Post& post : kPosts) {
    const std::string bytes = EncodePost(post);
    for (size_t size = 0; size < bytes.size(); ++size) {
      EXPECT_TRUE(absl::IsDataLoss(DecodePost(bytes.substr(0, size)).status())) << size;
    }
    EXPECT_TRUE(absl::IsDataLoss(DecodePost(bytes + "x").status()));
  }
  EXPECT_TRUE(absl::IsDataLoss(DecodePost("\x01\0\0\0\0"s).status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(DecodePost("\x02\0\x01t\0\0"s).status()));
}

}  // namespace
}  // namespace storage
