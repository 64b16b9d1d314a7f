#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/registry/edit.h"

namespace cli {
namespace {

absl::StatusOr<ExitCode> RunVersionShow(Call& call) {
  const std::string& name = call.arguments[0];
  const auto registry = ReadRegistry();
  if (!registry.ok()) return registry.status();
  if (auto s = CheckPolicyThere(**registry, name); !s.ok()) return s;
  policy::PolicyVersions known;
  if (const auto* const there = (*registry)->FindVersions(name)) known = *there;
  known.versions.try_emplace(known.default_id);
  uint64_t id = 0;
  if (!absl::SimpleAtoi(call.arguments[1], &id) || id == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", call.arguments[1], "\" is no version: those are 1, 2 and so on"));
  }
  const auto version = known.versions.find(id);
  if (version == known.versions.end()) {
    return absl::NotFoundError(absl::StrCat("policy \"", name, "\" has no version ", id));
  }
  std::string text = version->second.document;
  if (id == known.default_id) {
    auto in_force = ReadPolicy(*RegistryFolder(), name);
    if (!in_force.ok()) return in_force.status();
    text = *std::move(in_force);
  }
  call.out << text;
  if (!text.empty() && text.back() != '\n') call.out << "\n";
  return ExitCode::kDone;
}

}  // namespace

extern const Command kPolicyVersionShow;
constexpr Command kPolicyVersionShow{
    .path = "policy-version show",
    .arguments = "POLICY VERSION",
    .summary = "print the document of a version as it is",
    .details = "",
    .flags = kLookFlags,
    .run = RunVersionShow,
};

}  // namespace cli
