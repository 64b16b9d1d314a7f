// Versions of provisioning templates. Only the default one is in force (F13).
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "control/arn.h"
#include "control/json.h"
#include "control/paging.h"
#include "control/provisioning/template_texts.h"
#include "policy/entry_change.h"

namespace control {
namespace {

using policy::ProvisioningTemplate;

constexpr size_t kTemplateVersionsMax = 5;

Outcome CreateProvisioningTemplateVersion(const Call& call, const Account& account,
                                          const Surroundings& here) {
  Members in(call);
  const std::string body = in.Need("templateBody", kTemplateBody);
  const bool set_as_default = in.QueryFlag("setAsDefault");
  auto found = FindTemplate(in, account);
  if (const auto* refusal = std::get_if<Refusal>(&found)) return *refusal;
  auto& one = std::get<ProvisioningTemplate>(found);
  if (auto refusal = BodyRefusal(body, PurposeOf(one))) return *refusal;
  if (one.versions.size() >= kTemplateVersionsMax) {
    return VersionsLimitExceeded(absl::StrCat("Provisioning template ", one.name,
                                              " already has the maximum number of versions (",
                                              kTemplateVersionsMax, ")"));
  }
  const uint64_t id = one.next_id++;
  one.versions[id] = {.created = here.now_ms, .body = body};
  if (set_as_default) one.default_id = id;
  one.modified = here.now_ms;
  return Done{.body = Json()
                          .Text("templateArn", Arn(here, "provisioningtemplate", one.name))
                          .Text("templateName", one.name)
                          .Number("versionId", id)
                          .Flag("isDefaultVersion", set_as_default)
                          .Finish(),
              .changes = {Put(one)}};
}

Outcome ListProvisioningTemplateVersions(const Call& call, const Account& account,
                                         const Surroundings&) {
  Members in(call);
  const Page page = ReadPage(in, kTokenPages);
  if (auto refusal = PageRefusal(in, page)) return *refusal;
  const auto found = FindTemplate(in, account);
  if (const auto* refusal = std::get_if<Refusal>(&found)) return *refusal;
  const auto& one = std::get<ProvisioningTemplate>(found);
  uint64_t after = 0;
  if (!page.is_first() && !absl::SimpleAtoi(page.after, &after)) {
    return InvalidRequest("The nextToken is none that a list gave");
  }
  Json answer;
  TellPage(
      page, one.versions.upper_bound(after), one.versions.end(), "versions",
      [](const auto& version) { return absl::StrCat(version.first); },
      [&](const auto& version) {
        return std::optional(Json()
                                 .Number("versionId", version.first)
                                 .Time("creationDate", version.second.created)
                                 .Flag("isDefaultVersion", version.first == one.default_id)
                                 .Finish());
      },
      answer);
  return Done{.body = answer.Finish()};
}

// A version that a path names.
struct NamedTemplateVersion {
  ProvisioningTemplate one;
  uint64_t id = 0;
};

std::variant<NamedTemplateVersion, Refusal> FindTemplateVersion(const Call& call,
                                                                const Account& account) {
  Members in(call);
  const std::string id = in.Label("versionId", kVersionId);
  auto found = FindTemplate(in, account);
  if (auto* refusal = std::get_if<Refusal>(&found)) return std::move(*refusal);
  NamedTemplateVersion named{.one = std::get<ProvisioningTemplate>(std::move(found))};
  if (absl::SimpleAtoi(id, &named.id) && named.one.versions.contains(named.id)) return named;
  return NotFound(absl::StrCat("Provisioning template ", named.one.name, " has no version ", id));
}

Outcome DescribeProvisioningTemplateVersion(const Call& call, const Account& account,
                                            const Surroundings&) {
  const auto found = FindTemplateVersion(call, account);
  if (const auto* refusal = std::get_if<Refusal>(&found)) return *refusal;
  const auto& [one, id] = std::get<NamedTemplateVersion>(found);
  const auto& version = one.versions.at(id);
  return Done{.body = Json()
                          .Number("versionId", id)
                          .Time("creationDate", version.created)
                          .Text("templateBody", version.body)
                          .Flag("isDefaultVersion", id == one.default_id)
                          .Finish()};
}

Outcome DeleteProvisioningTemplateVersion(const Call& call, const Account& account,
                                          const Surroundings& here) {
  auto found = FindTemplateVersion(call, account);
  if (const auto* refusal = std::get_if<Refusal>(&found)) return *refusal;
  auto& [one, id] = std::get<NamedTemplateVersion>(found);
  if (id == one.default_id) {
    return DeleteConflict("Cannot delete the default version of a provisioning template");
  }
  one.versions.erase(id);
  one.modified = here.now_ms;
  return Done{.changes = {Put(one)}};
}

constexpr absl::string_view kTemplateVersionsPath =
    "/provisioning-templates/{templateName}/versions";
constexpr absl::string_view kTemplateVersionPath =
    "/provisioning-templates/{templateName}/versions/{versionId}";

constexpr Operation kVersionOperations[] = {
    {"CreateProvisioningTemplateVersion", "POST", kTemplateVersionsPath, TemplateResource,
     CreateProvisioningTemplateVersion},
    {"ListProvisioningTemplateVersions", "GET", kTemplateVersionsPath, TemplateResource,
     ListProvisioningTemplateVersions},
    {"DescribeProvisioningTemplateVersion", "GET", kTemplateVersionPath, TemplateResource,
     DescribeProvisioningTemplateVersion},
    {"DeleteProvisioningTemplateVersion", "DELETE", kTemplateVersionPath, TemplateResource,
     DeleteProvisioningTemplateVersion},
};

}  // namespace

absl::Span<const Operation> TemplateVersionOperations() { return kVersionOperations; }

}  // namespace control
