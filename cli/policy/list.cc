#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/json_text.h"
#include "cli/listing.h"
#include "cli/registry/edit.h"
#include "policy/reference.h"

namespace cli {
namespace {

std::vector<std::string> HoldersOf(const policy::Registry& registry, absl::string_view policy) {
  std::vector<std::string> ids;
  for (const auto& [id, certificate] : registry.certificates()) {
    if (policy::IsAmong(certificate->policies, policy)) ids.push_back(id);
  }
  return ids;
}

absl::StatusOr<ExitCode> RunList(Call& call) {
  const auto registry = ReadRegistry();
  if (!registry.ok()) return registry.status();
  Listing policies(call, "policies");
  for (const auto& [name, policy] : (*registry)->policies()) {
    const auto holders = HoldersOf(**registry, name);
    policies.Add(absl::StrCat(name, "  ", holders.size(),
                              holders.size() == 1 ? " certificate" : " certificates"),
                 JsonText::Object({{"policy", JsonText::String(name)},
                                   {"certificates", JsonText::Strings(holders)}}));
  }
  return policies.Finish();
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
