#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/command.h"
#include "cli/json_text.h"
#include "cli/listing.h"
#include "cli/registry/edit.h"
#include "policy/reference.h"

namespace cli {
namespace {

absl::StatusOr<ExitCode> RunCertificateList(Call& call) {
  const auto registry = ReadRegistry();
  if (!registry.ok()) return registry.status();
  Listing certificates(call, "certificates");
  for (const auto& [id, certificate] : (*registry)->certificates()) {
    const absl::string_view status = policy::StatusName(certificate->status);
    const auto things = policy::NamesOf(certificate->things);
    const auto policies = policy::NamesOf(certificate->policies);
    certificates.Add(
        absl::StrCat(id, "  ", status, "  things: ", absl::StrJoin(things, ", "),
                     "  policies: ", absl::StrJoin(policies, ", ")),
        JsonText::Object({{"certificateId", JsonText::String(id)},
                          {"status", JsonText::String(status)},
                          {"things", JsonText::Strings(things)},
                          {"policies", JsonText::Strings(policies)},
                          {"description", JsonText::String(certificate->description)}}));
  }
  return certificates.Finish();
}

}  // namespace

extern const Command kCertificateList;
constexpr Command kCertificateList{
    .path = "certificate list",
    .arguments = "",
    .summary = "list the certificates, whether they count and what they are attached to",
    .details = "",
    .flags = kLookFlags,
    .run = RunCertificateList,
};

}  // namespace cli
