#include <algorithm>

#include "absl/strings/str_join.h"
#include "cli/command.h"
#include "cli/json_text.h"
#include "cli/registry/edit.h"

namespace cli {
namespace {

std::vector<std::string> NamesOf(const auto& entries) {
  std::vector<std::string> names;
  for (const auto* const entry : entries) names.push_back(entry->name);
  return names;
}

absl::StatusOr<ExitCode> RunCertificateList(Call& call) {
  const auto registry = ReadRegistry();
  if (!registry.ok()) return registry.status();
  std::vector<const policy::Certificate*> certificates;
  for (const auto& [id, certificate] : (*registry)->certificates()) {
    certificates.push_back(&certificate);
  }
  std::sort(certificates.begin(), certificates.end(),
            [](const auto* a, const auto* b) { return a->id < b->id; });
  std::vector<JsonText> rows;
  for (const auto* const certificate : certificates) {
    const char* const status = certificate->active ? "ACTIVE" : "INACTIVE";
    const auto things = NamesOf(certificate->things);
    const auto policies = NamesOf(certificate->policies);
    if (!call.json) {
      call.out << certificate->id << "  " << status << "  things: " << absl::StrJoin(things, ", ")
               << "  policies: " << absl::StrJoin(policies, ", ") << "\n";
      continue;
    }
    rows.push_back(JsonText::Object({{"certificateId", JsonText::String(certificate->id)},
                                     {"status", JsonText::String(status)},
                                     {"things", JsonText::Strings(things)},
                                     {"policies", JsonText::Strings(policies)},
                                     {"description", JsonText::String(certificate->description)}}));
  }
  if (call.json) {
    call.out << JsonText::Object({{"certificates", JsonText::Array(rows)}}).text() << "\n";
  }
  return ExitCode::kDone;
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
