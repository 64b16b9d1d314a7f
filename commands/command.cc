#include "commands/command.h"

#include "commands/fields.h"
#include "storage/stored_format.h"

namespace commands {
namespace {

constexpr absl::string_view kCommandWhat = "command";
constexpr int kCommandFormat = 1;
constexpr unsigned char kDeprecated = 1;

bool ReadTags(storage::ByteReader& reader, policy::Tags& tags) {
  uint64_t count = 0;
  if (!reader.Varint(count) || count > kTagsMax) return false;
  for (; count > 0; --count) {
    std::string key;
    std::string value;
    if (!ReadText(reader, key) || !ReadText(reader, value)) return false;
    if (!tags.empty() && key <= tags.rbegin()->first) return false;
    tags.emplace(std::move(key), std::move(value));
  }
  return true;
}

}  // namespace

std::string EncodeCommand(const Command& command) {
  std::string out;
  out.push_back(static_cast<char>(kCommandFormat));
  out.push_back(command.deprecated ? static_cast<char>(kDeprecated) : '\0');
  for (const int64_t time :
       {command.created, command.updated, command.last_used, command.gone_at}) {
    AppendTime(time, out);
  }
  for (const std::string* text : {&command.display_name, &command.description,
                                  &command.content_type, &command.payload, &command.parameters}) {
    AppendText(*text, out);
  }
  storage::AppendVarint(command.tags.size(), out);
  for (const auto& [key, value] : command.tags) {
    AppendText(key, out);
    AppendText(value, out);
  }
  return out;
}

absl::StatusOr<Command> DecodeCommand(absl::string_view id, absl::string_view bytes) {
  storage::ByteReader reader(bytes);
  const auto format = storage::ReadFormat(reader, kCommandWhat, kCommandFormat);
  if (!format.ok()) return format.status();
  Command command;
  command.id = std::string(id);
  unsigned char flags = 0;
  if (!reader.Byte(flags)) return storage::Damaged(kCommandWhat, storage::kCutOff);
  if (flags > kDeprecated) return storage::Damaged(kCommandWhat, "it has flags that are unknown");
  command.deprecated = flags == kDeprecated;
  for (int64_t* time : {&command.created, &command.updated, &command.last_used, &command.gone_at}) {
    if (!ReadTime(reader, *time)) return storage::Damaged(kCommandWhat, storage::kCutOff);
  }
  for (std::string* text : {&command.display_name, &command.description, &command.content_type,
                            &command.payload, &command.parameters}) {
    if (!ReadText(reader, *text)) return storage::Damaged(kCommandWhat, storage::kCutOff);
  }
  if (!ReadTags(reader, command.tags))
    return storage::Damaged(kCommandWhat, "its tags are garbled");
  if (reader.left() != 0) return storage::Damaged(kCommandWhat, "something follows it");
  return command;
}

}  // namespace commands
