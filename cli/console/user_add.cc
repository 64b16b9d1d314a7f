#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/console/users.h"
#include "cli/flags.h"
#include "identity/password.h"

ABSL_FLAG(std::string, role, "viewer", "ROLE: viewer, who changes nothing, or admin");

namespace cli {
namespace {

constexpr absl::string_view kUserAddFlags[] = {"role", "policy", "console_users"};

absl::StatusOr<ExitCode> RunUserAdd(Call& call) {
  const auto path = ConsoleUsersPath();
  if (!path.ok()) return path.status();
  identity::ConsoleUser user;
  user.name = call.arguments[0];
  if (!identity::IsConsoleUserName(user.name)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", user.name, "\" is no user's name: 1 to ", identity::kConsoleUserNameBytesMax,
        " of a-z, A-Z, 0-9, '_', '.', '@' and '-', and not \"token\""));
  }
  const auto role = identity::FindConsoleRole(absl::GetFlag(FLAGS_role));
  if (!role) return absl::InvalidArgumentError("--role: viewer or admin");
  user.role = *role;
  user.policies = absl::GetFlag(FLAGS_policy).values;
  const auto users = ReadUsers(*path);
  if (!users.ok()) return users.status();
  const auto is_there = [&](const identity::ConsoleUsers& all) {
    return identity::FindConsoleUser(all, user.name) != nullptr;
  };
  const auto taken = [&] {
    return absl::AlreadyExistsError(
        absl::StrCat("there is a user \"", user.name, "\" of the console already"));
  };
  if (is_there(*users)) return taken();
  const auto password = AskForPassword(call, user.name);
  if (!password.ok()) return password.status();
  user.password = identity::HashPassword(*password);
  return DoneIf(EditUsers(*path, [&](identity::ConsoleUsers& all) -> absl::Status {
    if (is_there(all)) return taken();
    all.push_back(user);
    return absl::OkStatus();
  }));
}

}  // namespace

extern const Command kConsoleUserAdd;
constexpr Command kConsoleUserAdd{
    .path = "console user add",
    .arguments = "NAME",
    .summary = "let somebody in at the console; asks for a password",
    .details =
        "The password is asked for on the terminal, or is the first line of standard input.\n"
        "With --policy, which may be repeated, the user may only what these policies of the "
        "registry\n"
        "allow, as the client console-NAME.",
    .flags = kUserAddFlags,
    .run = RunUserAdd,
};

}  // namespace cli
