#include <algorithm>

#include "cli/command.h"
#include "cli/json_text.h"
#include "cli/registry/edit.h"

namespace cli {
namespace {

std::vector<std::string> HoldersOf(const policy::Registry& registry,
                                   const policy::Document& policy) {
  std::vector<std::string> ids;
  for (const auto& [id, certificate] : registry.certificates()) {
    const auto& attached = certificate.policies;
    if (std::find(attached.begin(), attached.end(), &policy) != attached.end()) ids.push_back(id);
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

absl::StatusOr<ExitCode> RunList(Call& call) {
  const auto registry = ReadRegistry();
  if (!registry.ok()) return registry.status();
  std::vector<const policy::Document*> policies;
  for (const auto& [name, policy] : (*registry)->policies()) policies.push_back(&policy);
  std::sort(policies.begin(), policies.end(),
            [](const auto* a, const auto* b) { return a->name < b->name; });
  std::vector<JsonText> rows;
  for (const auto* const policy : policies) {
    const auto holders = HoldersOf(**registry, *policy);
    if (!call.json) {
      call.out << policy->name << "  " << holders.size()
               << (holders.size() == 1 ? " certificate\n" : " certificates\n");
      continue;
    }
    rows.push_back(JsonText::Object({{"policy", JsonText::String(policy->name)},
                                     {"certificates", JsonText::Strings(holders)}}));
  }
  if (call.json) {
    call.out << JsonText::Object({{"policies", JsonText::Array(rows)}}).text() << "\n";
  }
  return ExitCode::kDone;
}

}  // namespace

extern const Command kPolicyList;
constexpr Command kPolicyList{
    .path = "policy list",
    .arguments = "",
    .summary = "list the policies and how many certificates are held to each",
    .details = "",
    .flags = kLookFlags,
    .run = RunList,
};

}  // namespace cli
