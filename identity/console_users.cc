#include "identity/console_users.h"

#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "identity/password.h"
#include "policy/json_tree.h"
#include "policy/text_file.h"

namespace identity {
namespace {

using Kind = policy::Node::Kind;

constexpr absl::string_view kOfToken = "token";  // as a name
constexpr absl::string_view kMembers[] = {"name", "role", "password", "policies"};

absl::StatusOr<std::string> TextOf(const policy::Node& user, absl::string_view member) {
  const policy::Node* const node = user.Find(member);
  if (node == nullptr) {
    return policy::Fault(user.place, absl::StrCat("a user has a \"", member, "\""));
  }
  if (auto status = policy::WantKind(*node, Kind::kString, absl::StrCat("\"", member, "\""));
      !status.ok()) {
    return status;
  }
  return node->text;
}

absl::Status TakePolicies(const policy::Node& user, std::vector<std::string>& out) {
  const policy::Node* const node = user.Find("policies");
  if (node == nullptr) return absl::OkStatus();
  if (auto status = policy::WantKind(*node, Kind::kArray, "\"policies\""); !status.ok()) {
    return status;
  }
  if (node->elements.empty() || node->elements.size() > kConsoleUserPoliciesMax) {
    return policy::Fault(
        node->place,
        absl::StrCat("\"policies\" has 1 to ", kConsoleUserPoliciesMax, " names, or is not there"));
  }
  for (const policy::Node& name : node->elements) {
    if (auto status = policy::WantKind(name, Kind::kString, "a policy's name"); !status.ok()) {
      return status;
    }
    out.push_back(name.text);
  }
  return absl::OkStatus();
}

absl::StatusOr<ConsoleUser> ReadUser(const policy::Node& node) {
  if (auto status = policy::WantKind(node, Kind::kObject, "a user"); !status.ok()) return status;
  if (auto status = policy::RefuseUnknown(node, "a user", kMembers); !status.ok()) return status;
  ConsoleUser user;
  auto name = TextOf(node, "name");
  if (!name.ok()) return name.status();
  user.name = *std::move(name);
  if (!IsConsoleUserName(user.name)) {
    return policy::Fault(
        node.Find("name")->place,
        absl::StrCat("a user's name has 1 to ", kConsoleUserNameBytesMax,
                     " of a-z, A-Z, 0-9, '_', '.', '@' and '-', and is not \"", kOfToken, "\""));
  }
  const auto role = TextOf(node, "role");
  if (!role.ok()) return role.status();
  const auto found = FindConsoleRole(*role);
  if (!found) return policy::Fault(node.Find("role")->place, "a role is \"viewer\" or \"admin\"");
  user.role = *found;
  auto password = TextOf(node, "password");
  if (!password.ok()) return password.status();
  user.password = *std::move(password);
  if (!IsPasswordHash(user.password)) {
    return policy::Fault(node.Find("password")->place,
                         "\"password\" is a hash, which `shadowctl console user` writes");
  }
  if (auto status = TakePolicies(node, user.policies); !status.ok()) return status;
  return user;
}

// As the tree has it, which knows one line only: "1:9: reason".
absl::Status AtLine(size_t line, const absl::Status& status) {
  const absl::string_view message = status.message();
  const size_t colon = message.find(':');
  return absl::InvalidArgumentError(absl::StrCat(line, message.substr(colon)));
}

std::string Quoted(absl::string_view text) {
  policy::Node node;
  node.kind = Kind::kString;
  node.text = std::string(text);
  return policy::JsonOf(node);
}

}  // namespace

absl::string_view ConsoleRoleName(ConsoleRole role) {
  return role == ConsoleRole::kAdmin ? "admin" : "viewer";
}

std::optional<ConsoleRole> FindConsoleRole(absl::string_view name) {
  for (const ConsoleRole role : {ConsoleRole::kViewer, ConsoleRole::kAdmin}) {
    if (name == ConsoleRoleName(role)) return role;
  }
  return std::nullopt;
}

bool IsConsoleUserName(absl::string_view name) {
  return !name.empty() && name.size() <= kConsoleUserNameBytesMax && name != kOfToken &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
                  absl::string_view("_.@-").find(c) != absl::string_view::npos;
         });
}

absl::StatusOr<ConsoleUsers> ParseConsoleUsers(absl::string_view text) {
  ConsoleUsers users;
  absl::flat_hash_set<std::string> names;
  size_t line = 0;
  for (const absl::string_view one : absl::StrSplit(text, '\n')) {
    ++line;
    if (absl::StripAsciiWhitespace(one).empty()) continue;
    const auto tree = policy::ParseJsonTree(one);
    if (!tree.ok()) return AtLine(line, tree.status());
    auto user = ReadUser(*tree);
    if (!user.ok()) return AtLine(line, user.status());
    if (!names.insert(user->name).second) {
      return absl::InvalidArgumentError(
          absl::StrCat(line, ":1: there is a user \"", user->name, "\" already"));
    }
    if (users.size() == kConsoleUsersMax) {
      return absl::InvalidArgumentError(
          absl::StrCat(line, ":1: there are at most ", kConsoleUsersMax, " users"));
    }
    users.push_back(*std::move(user));
  }
  return users;
}

std::string PrintConsoleUsers(const ConsoleUsers& users) {
  std::string text;
  for (const ConsoleUser& user : users) {
    absl::StrAppend(&text, "{\"name\":", Quoted(user.name), ",\"role\":\"",
                    ConsoleRoleName(user.role), "\",\"password\":", Quoted(user.password));
    if (!user.policies.empty()) {
      const auto quote = [](std::string* out, const std::string& name) {
        absl::StrAppend(out, Quoted(name));
      };
      absl::StrAppend(&text, ",\"policies\":[", absl::StrJoin(user.policies, ",", quote), "]");
    }
    absl::StrAppend(&text, "}\n");
  }
  return text;
}

absl::StatusOr<ConsoleUsers> ReadConsoleUsers(const std::string& path) {
  const auto text = policy::ReadTextFile(path, S_IWGRP | S_IXGRP | S_IRWXO, kConsoleUsersBytesMax);
  if (!text.ok()) return text.status();
  if (text->size() > kConsoleUsersBytesMax) {
    return absl::InvalidArgumentError(
        absl::StrCat(" is longer than ", kConsoleUsersBytesMax, " bytes"));
  }
  auto users = ParseConsoleUsers(*text);
  if (users.ok()) return users;
  return absl::InvalidArgumentError(absl::StrCat(": ", users.status().message()));
}

const ConsoleUser* FindConsoleUser(const ConsoleUsers& users, absl::string_view name) {
  const auto found = std::find_if(users.begin(), users.end(),
                                  [&](const ConsoleUser& user) { return user.name == name; });
  return found == users.end() ? nullptr : &*found;
}

}  // namespace identity
