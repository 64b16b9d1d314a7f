// The users of the console, as a file has them (docs/console.md, users): a line of JSON each,
//
//   {"name":"ann","role":"admin","password":"scrypt:15:8:1:SALT:HASH","policies":["floor-2"]}
//
// Pure, but for the reading of the file.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace identity {

enum class ConsoleRole { kViewer, kAdmin };

absl::string_view ConsoleRoleName(ConsoleRole role);  // "viewer", "admin"
std::optional<ConsoleRole> FindConsoleRole(absl::string_view name);

struct ConsoleUser {
  std::string name;
  ConsoleRole role = ConsoleRole::kViewer;
  std::string password{};               // its hash (identity/password.h)
  std::vector<std::string> policies{};  // of the registry; what none of them allows it may not

  friend bool operator==(const ConsoleUser&, const ConsoleUser&) = default;
};

inline constexpr size_t kConsoleUsersMax = 1000;
inline constexpr size_t kConsoleUsersBytesMax = 1u << 20;
inline constexpr size_t kConsoleUserNameBytesMax = 64;
inline constexpr size_t kConsoleUserPoliciesMax = 10;

// 1 to 64 of a-z, A-Z, 0-9, `_`, `.`, `@` and `-`, and not "token", which is whoever shows the
// token.
bool IsConsoleUserName(absl::string_view name);

using ConsoleUsers = std::vector<ConsoleUser>;

// InvalidArgument names the line and the place of what is wrong: "3:9: reason".
absl::StatusOr<ConsoleUsers> ParseConsoleUsers(absl::string_view text);
std::string PrintConsoleUsers(const ConsoleUsers& users);

// The file's users. Nobody but its owner and its group may have access, and the group may not
// write. Fails with a blank before the reason, since the caller names the file: NotFound if there
// is none, InvalidArgument for anything else.
absl::StatusOr<ConsoleUsers> ReadConsoleUsers(const std::string& path);

// Null: there is none of that name.
const ConsoleUser* FindConsoleUser(const ConsoleUsers& users, absl::string_view name);

}  // namespace identity
