// The file of the console's users, which --console-users names, as commands read and change it.
#pragma once

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/command.h"
#include "identity/console_users.h"

namespace cli {

inline constexpr absl::string_view kConsoleUsersDetails =
    "A running shadowd takes it up at once; who is logged in under a word that has changed is "
    "logged "
    "out.";

// InvalidArgument, saying where it can be set, if none is named.
absl::StatusOr<std::string> ConsoleUsersPath();

// The users; none if the file is not there.
absl::StatusOr<identity::ConsoleUsers> ReadUsers(const std::string& path);

// Has `edit` change the users and writes them, for nobody but the folder's owner; root works as
// that owner. Two at once wait for each other. Nothing is written if `edit` fails.
absl::Status EditUsers(const std::string& path,
                       const std::function<absl::Status(identity::ConsoleUsers&)>& edit);

// The user called so; NotFound.
absl::StatusOr<identity::ConsoleUser*> UserNamed(identity::ConsoleUsers& users,
                                                 absl::string_view name);

// A password, asked for twice on a terminal, else the first line of standard input. InvalidArgument
// if it is too short, too long, or not the same twice.
absl::StatusOr<std::string> AskForPassword(Call& call, absl::string_view name);

}  // namespace cli
