// What an operation of the control plane (docs/aws-cli.md) is asked with, so that a command goes by
// the same rules and limits, and writes the same entries.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "control/account.h"
#include "control/operation.h"
#include "control/surroundings.h"

namespace cli {

// As AWS's API has it. The texts that the views show live until it has been performed.
struct Asked {
  absl::string_view operation;                                      // "CreateThingGroup"
  std::vector<std::pair<absl::string_view, std::string>> labels{};  // of the path
  std::vector<std::pair<std::string, std::string>> parameters{};    // of the query
  std::string principal{};                                          // an ARN; empty: none
  std::string body = "{}";                                          // a JSON object
};

// What the operation changes. What it refuses is told in its words, with the code that the exit
// code follows from.
absl::StatusOr<control::Done> Perform(const Asked& asked, const control::Account& account,
                                      const control::Surroundings& here);

// The ARN of what this account has, such as ArnOf("cert", id). Commands know neither region nor
// account: those that stand there are told nobody, and kept nowhere.
std::string ArnOf(absl::string_view kind, absl::string_view name);

// All that operations need that change entries, but for read_entry.
control::Surroundings SurroundingsNow();

}  // namespace cli
