#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/json_text.h"
#include "cli/listing.h"
#include "cli/registry/edit.h"
#include "policy/entry_json.h"

namespace cli {
namespace {

absl::StatusOr<ExitCode> RunVersionList(Call& call) {
  const auto registry = ReadRegistry();
  if (!registry.ok()) return registry.status();
  if (auto s = CheckPolicyThere(**registry, call.arguments[0]); !s.ok()) return s;
  policy::PolicyVersions known;  // one of which nothing is known has one version
  if (const auto* const there = (*registry)->FindVersions(call.arguments[0])) known = *there;
  known.versions.try_emplace(known.default_id);
  Listing versions(call, "versions");
  for (auto one = known.versions.rbegin(); one != known.versions.rend(); ++one) {
    const bool in_force = one->first == known.default_id;
    const std::string created =
        one->second.created == 0 ? "" : policy::TimeText(one->second.created);
    versions.Add(absl::StrCat(one->first, created.empty() ? "" : "  ", created,
                              in_force ? "  in force" : ""),
                 JsonText::Object({{"version", JsonText::Number(one->first)},
                                   {"default", JsonText::Bool(in_force)},
                                   {"created", created.empty() ? JsonText::Null()
                                                               : JsonText::String(created)}}));
  }
  return versions.Finish();
}

}  // namespace

extern const Command kPolicyVersionList;
constexpr Command kPolicyVersionList{
    .path = "policy-version list",
    .arguments = "POLICY",
    .summary = "list the versions of a policy, and which is in force",
    .details = "",
    .flags = kLookFlags,
    .run = RunVersionList,
};

}  // namespace cli
