// Operations of the account on what the store holds, as control/operation.h has those on the
// registry: each is a row with AWS's name and path, and a function that works on a desk.
//
// To add one: a function beside those of its noun (jobs/, commands/), a row in that room's list,
// its case in tests/cases/devices, its line in docs/contract-device-topics.md.
#pragma once

#include <string>
#include <variant>

#include "absl/strings/string_view.h"
#include "control/call.h"
#include "control/refusal.h"
#include "desk/desk.h"

namespace desk {

struct Reply {
  std::string body{};  // JSON; empty: the answer has none
  int status = 200;
};

// After a refusal nothing that the operation put on the desk counts.
using Outcome = std::variant<Reply, control::Refusal>;

struct Operation : control::Route {
  using Perform = Outcome (*)(const control::Call& call, Desk& desk);

  constexpr Operation(absl::string_view name, absl::string_view method, absl::string_view path,
                      std::string (*resource)(const control::Call& call), Perform performing)
      : control::Route{name, method, path, resource}, perform(performing) {}

  Perform perform;
};

}  // namespace desk
