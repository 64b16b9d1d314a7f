#include "storage/post.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "storage/bytes.h"
#include "storage/stored_format.h"

namespace storage {
namespace {

constexpr absl::string_view kPost = "post";
constexpr size_t kPostNumberBytes = 8;

void AppendSized(absl::string_view text, std::string& out) {
  AppendVarint(text.size(), out);
  absl::StrAppend(&out, text);
}

bool ReadSized(ByteReader& reader, absl::string_view& text) {
  uint64_t size;
  return reader.Varint(size) && reader.Text(size, text);
}

}  // namespace

std::string EncodePost(const Post& post) {
  std::string out(1, static_cast<char>(kPostFormat));
  AppendVarint(static_cast<uint64_t>(post.expires), out);
  AppendSized(post.topic, out);
  AppendSized(post.content_type, out);
  AppendSized(post.payload, out);
  return out;
}

absl::StatusOr<Post> DecodePost(absl::string_view bytes) {
  ByteReader reader(bytes);
  const auto format = ReadFormat(reader, kPost, kPostFormat);
  if (!format.ok()) return format.status();
  Post post;
  uint64_t expires;
  if (!reader.Varint(expires) || expires > INT64_MAX || !ReadSized(reader, post.topic) ||
      !ReadSized(reader, post.content_type) || !ReadSized(reader, post.payload)) {
    return Damaged(kPost, kCutOff);
  }
  if (reader.left() > 0) return Damaged(kPost, "more bytes follow it");
  if (post.topic.empty()) return Damaged(kPost, "it has no topic");
  post.expires = static_cast<int64_t>(expires);
  return post;
}

std::string PostKey(uint64_t number) {
  std::string key(kPostPrefix);
  AppendBigEndian(number, key);
  return key;
}

std::optional<uint64_t> ParsePostKey(absl::string_view key) {
  if (!absl::ConsumePrefix(&key, kPostPrefix) || key.size() != kPostNumberBytes)
    return std::nullopt;
  return ReadBigEndian(key);
}

}  // namespace storage
