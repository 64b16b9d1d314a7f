#include "cli/policy/put.h"

#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/json_text.h"
#include "cli/registry/edit.h"
#include "cli/text_file.h"

namespace cli {

absl::Status PutPolicy(RegistryEdit& edit, const std::string& name, const std::string& text) {
  if (edit.registry().FindPolicy(name) != nullptr) {
    return edit.Change({policy::RegistryPart::kPolicies, name, text});
  }
  return edit
      .Perform({.operation = "CreatePolicy",
                .labels = {{"policyName", name}},
                .body = JsonText::Object({{"policyDocument", JsonText::String(text)}}).text()})
      .status();
}

namespace {

absl::StatusOr<ExitCode> RunPolicyPut(Call& call) {
  const std::string& name = call.arguments[0];
  const std::string& file = call.arguments[1];
  const auto text = ReadTextFile(file);
  if (!text.ok()) return text.status();
  // Before the registry is asked for, so that a document can be tried anywhere.
  if (const auto document = policy::ParseDocument(name, *text, policy::Actions::kKnown);
      !document.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(file, ":", document.status().message()));
  }
  auto edit = RegistryEdit::Begin();
  if (!edit.ok()) return edit.status();
  if (auto s = PutPolicy(*edit, name, *text); !s.ok()) return s;
  return DoneIf(edit->Finish(call));
}

}  // namespace

extern const Command kPolicyPut;
constexpr Command kPolicyPut{
    .path = "policy put",
    .arguments = "NAME FILE",
    .summary = "register a policy document, or replace it",
    .details =
        "FILE is a document as AWS takes it, - for standard input. docs/policies.md says what\n"
        "is understood; what is not is refused with its place.",
    .flags = kEditFlags,
    .run = RunPolicyPut,
};

}  // namespace cli
