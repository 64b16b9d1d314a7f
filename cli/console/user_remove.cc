#include <algorithm>

#include "cli/command.h"
#include "cli/console/users.h"

namespace cli {
namespace {

constexpr absl::string_view kUserRemoveFlags[] = {"console_users"};

absl::StatusOr<ExitCode> RunUserRemove(Call& call) {
  const auto path = ConsoleUsersPath();
  if (!path.ok()) return path.status();
  return DoneIf(EditUsers(*path, [&](identity::ConsoleUsers& users) {
    const auto user = UserNamed(users, call.arguments[0]);
    if (user.ok()) users.erase(users.begin() + (*user - users.data()));
    return user.status();
  }));
}

}  // namespace

extern const Command kConsoleUserRemove;
constexpr Command kConsoleUserRemove{
    .path = "console user remove",
    .arguments = "NAME",
    .summary = "let a user in no more",
    .details = kConsoleUsersDetails,
    .flags = kUserRemoveFlags,
    .run = RunUserRemove,
};

}  // namespace cli
