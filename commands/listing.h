// Lists of commands and of executions, page by page, newest or oldest first, in bounds however long
// they are.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "commands/keys.h"
#include "control/json.h"
#include "control/members.h"
#include "control/paging.h"
#include "desk/desk.h"

namespace commands {

inline constexpr uint64_t kListPageMax = 100;
// Entries that are looked at for a page. One that finds fewer than it may have after so many is
// short, or empty, and says where the next one goes on.
inline constexpr size_t kVisitedMax = 1000;

// As control::ReadPage, with the bound of these lists.
control::Page ReadListPage(control::Members& in);

struct List {
  std::string keys;  // that begin with this (keys.h)
  bool ascending = false;
  // Times that are in it: after the one and before the other, in seconds.
  std::optional<int64_t> after{};
  std::optional<int64_t> before{};
};

// Adds a page of the list to `answer`, as the member `name`. `tell` gives the JSON of what is
// called so; nothing: it is not listed.
void TellList(const control::Page& page, const List& list, absl::string_view name,
              absl::FunctionRef<std::optional<std::string>(absl::string_view id)> tell,
              desk::Desk& desk, control::Json& answer);

// A time as AWS's filters have it, "2026-09-28T12:00", with seconds or a Z if one likes, in UTC.
// Nothing: it is none.
std::optional<int64_t> ReadFilterTime(absl::string_view text);

}  // namespace commands
