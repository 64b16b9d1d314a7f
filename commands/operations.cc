#include "commands/operations.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "commands/commands.h"

namespace commands {
namespace {

std::optional<control::Refusal> AsValidation(std::optional<control::Refusal> refusal) {
  if (!refusal) return std::nullopt;
  return control::Validation(refusal->message);
}

}  // namespace

std::optional<control::Refusal> Refused(const control::Members& in) {
  return AsValidation(in.Refused());
}

std::optional<control::Refusal> Refused(const control::Members& in, const control::Page& page) {
  return AsValidation(control::PageRefusal(in, page));
}

control::Refusal CommandNotFound(absl::string_view id) {
  return control::NotFound(absl::StrCat("Command ", id, " does not exist"));
}

absl::Span<const desk::Operation> Operations() {
  static const auto* const kAll = [] {
    auto* const all = new std::vector<desk::Operation>;
    for (const auto list : {CommandOperations(), ExecutionOperations()}) {
      all->insert(all->end(), list.begin(), list.end());
    }
    return all;
  }();
  return *kAll;
}

}  // namespace commands
