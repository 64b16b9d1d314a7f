#include "cli/command.h"
#include "cli/console/users.h"
#include "identity/password.h"

namespace cli {
namespace {

constexpr absl::string_view kUserPasswordFlags[] = {"console_users"};

absl::StatusOr<ExitCode> RunUserPassword(Call& call) {
  const auto path = ConsoleUsersPath();
  if (!path.ok()) return path.status();
  auto users = ReadUsers(*path);
  if (!users.ok()) return users.status();
  const std::string& name = call.arguments[0];
  if (const auto user = UserNamed(*users, name); !user.ok()) return user.status();
  const auto password = AskForPassword(call, name);
  if (!password.ok()) return password.status();
  const std::string hash = identity::HashPassword(*password);
  return DoneIf(EditUsers(*path, [&](identity::ConsoleUsers& all) {
    const auto user = UserNamed(all, name);
    if (user.ok()) (*user)->password = hash;
    return user.status();
  }));
}

}  // namespace

extern const Command kConsoleUserPassword;
constexpr Command kConsoleUserPassword{
    .path = "console user password",
    .arguments = "NAME",
    .summary = "give a user another password",
    .details = kConsoleUsersDetails,
    .flags = kUserPasswordFlags,
    .run = RunUserPassword,
};

}  // namespace cli
