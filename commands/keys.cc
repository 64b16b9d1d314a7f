#include "commands/keys.h"

#include "absl/strings/str_cat.h"
#include "storage/bytes.h"
#include "storage/stored_format.h"

namespace commands {
namespace {

constexpr size_t kTimeBytes = 8;
constexpr absl::string_view kKeyWhat = "entry of commands";
constexpr absl::string_view kZero("\0", 1);

std::string Key(char kind, absl::string_view rest) {
  std::string key(kPrefix);
  key.push_back(kind);
  absl::StrAppend(&key, rest);
  return key;
}

std::string TargetText(const Target& target) {
  return absl::StrCat(target.is_client ? "m" : "t", target.name);
}

// `owner` begins with the letter of what it is: 'c' a command, 't' a thing, 'm' a client id.
std::string ListOf(absl::string_view owner, ListTime time, bool ascending) {
  std::string key = Key('i', absl::StrCat(owner, kZero));
  key.push_back(static_cast<char>(time));
  key.push_back(ascending ? 'a' : 'd');
  return key;
}

absl::Status CheckValueless(absl::string_view value) {
  return value.empty() ? absl::OkStatus() : storage::Damaged(kKeyWhat, "it has a value");
}

absl::Status CheckListKey(absl::string_view rest) {
  const size_t zero = rest.find('\0');
  if (zero == rest.npos || zero < 2 ||
      absl::string_view("ctm").find(rest[0]) == absl::string_view::npos) {
    return storage::Damaged(kKeyWhat, "it is in nobody's list");
  }
  rest.remove_prefix(zero + 1);
  if (rest.size() < 2 || (rest[0] != 's' && rest[0] != 'e') || (rest[1] != 'a' && rest[1] != 'd') ||
      IdAt(rest.substr(2)).empty()) {
    return storage::Damaged(kKeyWhat, "its place in a list is garbled");
  }
  return absl::OkStatus();
}

absl::Status CheckCount(absl::string_view value) {
  storage::ByteReader reader(value);
  const auto format = storage::ReadFormat(reader, kKeyWhat, 1);
  if (!format.ok()) return format.status();
  uint64_t count = 0;
  if (reader.Varint(count) && count > 0 && reader.left() == 0) return absl::OkStatus();
  return storage::Damaged(kKeyWhat, "its number is garbled");
}

absl::Status CheckToken(absl::string_view value) {
  storage::ByteReader reader(value);
  const auto format = storage::ReadFormat(reader, kKeyWhat, 1);
  if (!format.ok()) return format.status();
  return reader.left() > 0 ? absl::OkStatus() : storage::Damaged(kKeyWhat, "it names no execution");
}

}  // namespace

std::string CommandKey(absl::string_view id) { return Key('c', id); }

std::string ExecutionKey(absl::string_view id) { return Key('e', id); }

std::string TokenKey(absl::string_view token) { return Key('k', token); }

std::string OpenKey(const Target& target) { return Key('n', TargetText(target)); }

std::string CommandsList(bool ascending) { return Key(ascending ? 'a' : 'd', ""); }

std::string ListOfCommand(absl::string_view command, ListTime time, bool ascending) {
  return ListOf(absl::StrCat("c", command), time, ascending);
}

std::string ListOfTarget(const Target& target, ListTime time, bool ascending) {
  return ListOf(TargetText(target), time, ascending);
}

std::string ListPlace(int64_t time, bool ascending, absl::string_view id) {
  const auto number = static_cast<uint64_t>(time);
  std::string place;
  storage::AppendBigEndian(ascending ? number : ~number, place);
  return absl::StrCat(place, id);
}

int64_t TimeAt(absl::string_view place, bool ascending) {
  const uint64_t number = storage::ReadBigEndian(place);
  return static_cast<int64_t>(ascending ? number : ~number);
}

absl::string_view IdAt(absl::string_view place) {
  return place.size() > kTimeBytes ? place.substr(kTimeBytes) : absl::string_view();
}

std::vector<std::string> ListKeys(const Command& command) {
  std::vector<std::string> keys;
  for (const bool ascending : {false, true}) {
    keys.push_back(CommandsList(ascending) + ListPlace(command.created, ascending, command.id));
  }
  return keys;
}

std::vector<std::string> ListKeys(const Execution& execution) {
  std::vector<std::string> keys;
  for (const bool ascending : {false, true}) {
    const auto add = [&](ListTime time, int64_t at) {
      const std::string place = ListPlace(at, ascending, execution.id);
      keys.push_back(ListOfCommand(execution.command, time, ascending) + place);
      keys.push_back(ListOfTarget(execution.target, time, ascending) + place);
    };
    add(ListTime::kStarted, execution.created);
    if (execution.completed != 0) add(ListTime::kCompleted, execution.completed);
  }
  return keys;
}

absl::Status CheckEntry(absl::string_view key, absl::string_view value) {
  if (key.size() < 3 || key.substr(0, 1) != kPrefix) {
    return storage::Damaged(kKeyWhat, "its key is cut off");
  }
  const absl::string_view rest = key.substr(2);
  absl::Status status;
  switch (key[1]) {
    case 'c':
      return DecodeCommand(rest, value).status();
    case 'e':
      return DecodeExecution(rest, value).status();
    case 'k':
      return CheckToken(value);
    case 'n':
      return CheckCount(value);
    case 'a':
    case 'd':
      if (IdAt(rest).empty()) return storage::Damaged(kKeyWhat, "its place in a list is garbled");
      return CheckValueless(value);
    case 'i':
      status = CheckListKey(rest);
      return status.ok() ? CheckValueless(value) : status;
    default:
      return storage::Damaged(kKeyWhat, "its kind is unknown");
  }
}

}  // namespace commands
