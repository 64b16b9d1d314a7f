#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/command.h"
#include "cli/console/users.h"
#include "cli/json_text.h"
#include "cli/listing.h"
#include "storage/stranger.h"

namespace cli {
namespace {

constexpr absl::string_view kUserListFlags[] = {"console_users"};

absl::StatusOr<ExitCode> RunUserList(Call& call) {
  const auto path = ConsoleUsersPath();
  if (!path.ok()) return path.status();
  const auto users = storage::AsOwnerOf(*path, [&] { return ReadUsers(*path); });
  if (!users.ok()) return users.status();
  Listing listing(call, "users");
  for (const identity::ConsoleUser& user : *users) {
    const absl::string_view role = identity::ConsoleRoleName(user.role);
    listing.Add(absl::StrCat(user.name, "  ", role, user.policies.empty() ? "" : "  policies: ",
                             absl::StrJoin(user.policies, ", ")),
                JsonText::Object({{"name", JsonText::String(user.name)},
                                  {"role", JsonText::String(role)},
                                  {"policies", JsonText::Strings(user.policies)}}));
  }
  return listing.Finish();
}

}  // namespace

extern const Command kConsoleUserList;
constexpr Command kConsoleUserList{
    .path = "console user list",
    .arguments = "",
    .summary = "list the users of the console, without their passwords",
    .details = "",
    .flags = kUserListFlags,
    .run = RunUserList,
};

}  // namespace cli
