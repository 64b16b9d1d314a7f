#include "commands/kept.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "commands/keys.h"
#include "commands/messages.h"
#include "storage/bytes.h"
#include "storage/stored_format.h"

namespace commands {
namespace {

constexpr char kValueFormat = 1;  // of tokens and counts

// Timers have the key's end after 'C' as their subject.
void SetTimer(int64_t due, absl::string_view key, desk::Desk& desk) {
  desk::SetTimer({.due = due,
                  .kind = desk::TimerKind::kCommandExecution,
                  .subject = std::string(key.substr(kPrefix.size()))},
                 desk.draft);
}

void CountOpen(const Target& target, bool one_more, desk::Desk& desk) {
  const uint64_t open = OpenOf(target, desk);
  const uint64_t count = one_more ? open + 1 : open - std::min<uint64_t>(open, 1);
  const std::string key = OpenKey(target);
  if (count == 0) {
    desk.draft.Erase(key);
    return;
  }
  std::string value(1, kValueFormat);
  storage::AppendVarint(count, value);
  desk.draft.Put(key, std::move(value));
}

// Which execution a token has started, whether or not it may still be asked for with it.
std::optional<Execution> TokenHolder(absl::string_view token, desk::Desk& desk) {
  const auto value = desk.draft.Get(TokenKey(token));
  if (!value || value->size() < 2) return std::nullopt;
  return FindExecution(absl::string_view(*value).substr(1), desk);
}

void ForgetToken(const Execution& execution, desk::Desk& desk) {
  if (execution.token.empty()) return;
  const auto holder = TokenHolder(execution.token, desk);
  if (holder && holder->id == execution.id) desk.draft.Erase(TokenKey(execution.token));
}

void TimeOutExecution(absl::string_view id, desk::Desk& desk) {
  const auto before = FindExecution(id, desk);
  if (!before) return;
  if (desk.now() >= before->time_to_live()) {
    Forget(*before, desk);
    return;
  }
  Execution execution = *before;
  if (FindTimedOut(desk.now(), execution)) {
    Keep(execution, *before, desk);
    TellEvent(execution, desk);
  }
  if (desk.now() >= execution.created + kTokenSeconds) ForgetToken(execution, desk);
  SetTimer(NextDue(desk.now(), execution), ExecutionKey(id), desk);
}

void TimeOutCommand(absl::string_view id, desk::Desk& desk) {
  const auto command = FindCommand(id, desk);
  if (command && command->pending_deletion() && desk.now() >= command->gone_at) {
    Forget(*command, desk);
  }
}

}  // namespace

std::optional<Command> FindCommand(absl::string_view id, desk::Desk& desk) {
  const auto value = desk.draft.Get(CommandKey(id));
  if (!value) return std::nullopt;
  auto command = DecodeCommand(id, *value);
  if (command.ok()) return *std::move(command);
  desk.draft.Fail(command.status());
  return std::nullopt;
}

void Keep(const Command& command, desk::Desk& desk) {
  desk.draft.Put(CommandKey(command.id), EncodeCommand(command));
  for (const std::string& key : ListKeys(command)) desk.draft.Put(key, "");
  if (command.pending_deletion()) SetTimer(command.gone_at, CommandKey(command.id), desk);
}

void Forget(const Command& command, desk::Desk& desk) {
  desk.draft.Erase(CommandKey(command.id));
  for (const std::string& key : ListKeys(command)) desk.draft.Erase(key);
}

std::optional<Execution> FindExecution(absl::string_view id, desk::Desk& desk) {
  const auto value = desk.draft.Get(ExecutionKey(id));
  if (!value) return std::nullopt;
  auto execution = DecodeExecution(id, *value);
  if (execution.ok()) return *std::move(execution);
  desk.draft.Fail(execution.status());
  return std::nullopt;
}

std::optional<Execution> FindByToken(absl::string_view token, desk::Desk& desk) {
  auto execution = TokenHolder(token, desk);
  if (!execution || execution->token != token || desk.now() >= execution->created + kTokenSeconds) {
    return std::nullopt;
  }
  return execution;
}

void KeepNew(const Execution& execution, desk::Desk& desk) {
  if (!execution.token.empty()) {
    desk.draft.Put(TokenKey(execution.token),
                   absl::StrCat(std::string(1, kValueFormat), execution.id));
  }
  CountOpen(execution.target, true, desk);
  SetTimer(NextDue(desk.now(), execution), ExecutionKey(execution.id), desk);
  desk.draft.Put(ExecutionKey(execution.id), EncodeExecution(execution));
  for (const std::string& key : ListKeys(execution)) desk.draft.Put(key, "");
}

void Keep(const Execution& execution, const Execution& before, desk::Desk& desk) {
  if (execution.is_terminal() != before.is_terminal()) {
    CountOpen(execution.target, before.is_terminal(), desk);
  }
  desk.draft.Put(ExecutionKey(execution.id), EncodeExecution(execution));
  if (execution.completed == before.completed) return;
  for (const std::string& key : ListKeys(before)) desk.draft.Erase(key);
  for (const std::string& key : ListKeys(execution)) desk.draft.Put(key, "");
}

void Forget(const Execution& execution, desk::Desk& desk) {
  ForgetToken(execution, desk);
  if (!execution.is_terminal()) CountOpen(execution.target, false, desk);
  for (const std::string& key : ListKeys(execution)) desk.draft.Erase(key);
  desk.draft.Erase(ExecutionKey(execution.id));
}

uint64_t OpenOf(const Target& target, desk::Desk& desk) {
  const auto value = desk.draft.Get(OpenKey(target));
  if (!value) return 0;
  storage::ByteReader reader(*value);
  unsigned char format = 0;
  uint64_t count = 0;
  if (!reader.Byte(format) || format != kValueFormat || !reader.Varint(count) ||
      reader.left() != 0) {
    desk.draft.Fail(storage::Damaged("a count of executions", storage::kCutOff));
  }
  return count;
}

void TimeOut(const desk::Timer& timer, desk::Desk& desk) {
  const absl::string_view subject = timer.subject;
  if (subject.size() < 2) return;
  if (subject[0] == 'e') TimeOutExecution(subject.substr(1), desk);
  if (subject[0] == 'c') TimeOutCommand(subject.substr(1), desk);
}

}  // namespace commands
