#include "cli/command.h"
#include "cli/registry/edit.h"

namespace cli {
namespace {

absl::StatusOr<ExitCode> RunGet(Call& call) {
  const auto folder = RegistryFolder();
  if (!folder.ok()) return folder.status();
  const auto text = ReadPolicy(*folder, call.arguments[0]);
  if (!text.ok()) return text.status();
  call.out << *text;
  if (!text->empty() && text->back() != '\n') call.out << "\n";
  return ExitCode::kDone;
}

}  // namespace

extern const Command kPolicyGet;
constexpr Command kPolicyGet{
    .path = "policy get",
    .arguments = "POLICY",
    .summary = "print a policy document as it is",
    .details = "",
    .flags = kLookFlags,
    .run = RunGet,
};

}  // namespace cli
