#include "absl/flags/flag.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/json_text.h"
#include "cli/registry/edit.h"
#include "cli/text_file.h"
#include "policy/json_tree.h"

ABSL_FLAG(bool, set_as_default, false, "let it be in force at once");

namespace cli {
namespace {

constexpr absl::string_view kVersionCreateFlags[] = {"set_as_default", "registry", "reload",
                                                     "admin_socket"};

// The number that the control plane has given the version.
uint64_t VersionIn(absl::string_view answer) {
  uint64_t version = 0;
  const auto tree = policy::ParseJsonTree(answer, answer.size());
  const auto* const id = tree.ok() ? tree->Find("policyVersionId") : nullptr;
  return id != nullptr && absl::SimpleAtoi(id->text, &version) ? version : 0;
}

absl::StatusOr<ExitCode> RunVersionCreate(Call& call) {
  const std::string& name = call.arguments[0];
  const auto text = ReadTextFile(call.arguments[1]);
  if (!text.ok()) return text.status();
  const bool in_force = absl::GetFlag(FLAGS_set_as_default);
  auto edit = RegistryEdit::Begin();
  if (!edit.ok()) return edit.status();
  if (auto s = CheckPolicyThere(edit->registry(), name); !s.ok()) return s;
  const auto answer = edit->Perform(
      {.operation = "CreatePolicyVersion",
       .labels = {{"policyName", name}},
       .parameters = {{"setAsDefault", in_force ? "true" : "false"}},
       .body = JsonText::Object({{"policyDocument", JsonText::String(*text)}}).text()});
  if (!answer.ok()) return answer.status();
  if (auto s = edit->Write(); !s.ok()) return s;
  const uint64_t version = VersionIn(*answer);
  if (call.json) {
    call.out << JsonText::Object({{"policy", JsonText::String(name)},
                                  {"version", JsonText::Number(version)},
                                  {"default", JsonText::Bool(in_force)}})
                    .text()
             << "\n";
  } else {
    call.out << version << "\n";
  }
  return DoneIf(edit->Finish(call));
}

}  // namespace

extern const Command kPolicyVersionCreate;
constexpr Command kPolicyVersionCreate{
    .path = "policy-version create",
    .arguments = "POLICY FILE",
    .summary = "keep another version of a policy, and print its number",
    .details =
        "FILE is a document as AWS takes it, - for standard input. A policy has five versions at\n"
        "most, of which the default one is in force.",
    .flags = kVersionCreateFlags,
    .run = RunVersionCreate,
};

}  // namespace cli
