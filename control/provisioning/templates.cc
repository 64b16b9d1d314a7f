// Provisioning templates, but for their versions (template_versions.cc), and claims (F5).
#include "absl/strings/str_cat.h"
#include "control/arn.h"
#include "control/certificate_texts.h"
#include "control/paging.h"
#include "control/provisioning/expiry.h"
#include "control/provisioning/template_texts.h"
#include "control/tags.h"

namespace control {
namespace {

using policy::ProvisioningTemplate;
using policy::RegistryPart;

constexpr absl::string_view kTemplateTypes[] = {"FLEET_PROVISIONING", "JITP"};
const Shape kTemplateDescription = {"[^\\p{C}]*", nullptr, 0, 500};
const Shape kHookVersion = {"", nullptr, 10, 32};
const Shape kTargetArn = {"", nullptr, 0, 2048};

absl::string_view TypeName(const ProvisioningTemplate& one) {
  return kTemplateTypes[one.just_in_time ? 1 : 0];
}

// What the member says, if it is there.
std::optional<ProvisioningTemplate::Hook> ReadHook(Members& in) {
  constexpr absl::string_view kHook = "preProvisioningHook";
  const auto version = in.Text(absl::StrCat(kHook, ".payloadVersion"), kHookVersion);
  const auto target = in.Text(absl::StrCat(kHook, ".targetArn"), kTargetArn);
  if (!in.Has(kHook)) return std::nullopt;
  if (!target) in.Need(absl::StrCat(kHook, ".targetArn"), kTargetArn);
  return ProvisioningTemplate::Hook{.payload_version = version.value_or("2020-04-01"),
                                    .target_arn = target.value_or("")};
}

// F12
std::optional<Refusal> HookRefusal(const Surroundings& here) {
  if (here.hooks != Surroundings::Hooks::kRefused) return std::nullopt;
  return InvalidRequest(
      "The template names a preProvisioningHook, and there is no Lambda here: start shadowd with "
      "--provisioning_hook_command, which is asked in its place, or with "
      "--provisioning_hook_ignored, which leaves it out");
}

Outcome CreateProvisioningTemplate(const Call& call, const Account& account,
                                   const Surroundings& here) {
  Members in(call);
  ProvisioningTemplate one;
  one.name = in.Need("templateName", kTemplateName);
  one.description = in.Text("description", kTemplateDescription).value_or("");
  const std::string body = in.Need("templateBody", kTemplateBody);
  one.enabled = in.Flag("enabled").value_or(false);
  one.role_arn = in.Need("provisioningRoleArn", kRoleArn);
  const auto hook = ReadHook(in);
  one.just_in_time = in.Word("type", kTemplateTypes) == kTemplateTypes[1];
  one.tags = ReadTags(in);
  if (auto refusal = in.Refused()) return *refusal;
  if (auto refusal = TagsRefusal(one.tags)) return *refusal;
  const std::string arn = Arn(here, "provisioningtemplate", one.name);
  if (account.registry().FindTemplate(one.name) != nullptr) {
    return AlreadyExists(absl::StrCat("Provisioning template ", one.name, " already exists"),
                         one.name, arn);
  }
  if (auto refusal = BodyRefusal(body, PurposeOf(one))) return *refusal;
  if (hook) {
    if (one.just_in_time) return InvalidRequest("A template of the type JITP has no hook");
    if (auto refusal = HookRefusal(here)) return *refusal;
    one.hook = *hook;
  }
  one.versions[one.default_id] = {.created = here.now_ms, .body = body};
  one.created = here.now_ms;
  one.modified = here.now_ms;
  return Done{.body = Json()
                          .Text("templateArn", arn)
                          .Text("templateName", one.name)
                          .Number("defaultVersionId", one.default_id)
                          .Finish(),
              .changes = {Put(one)}};
}

Outcome DescribeProvisioningTemplate(const Call& call, const Account& account,
                                     const Surroundings& here) {
  Members in(call);
  const auto found = FindTemplate(in, account);
  if (const auto* refusal = std::get_if<Refusal>(&found)) return *refusal;
  const auto& one = std::get<ProvisioningTemplate>(found);
  Json answer;
  answer.Text("templateArn", Arn(here, "provisioningtemplate", one.name))
      .Text("templateName", one.name)
      .TextIfAny("description", one.description)
      .Time("creationDate", one.created)
      .Time("lastModifiedDate", one.modified)
      .Number("defaultVersionId", one.default_id)
      .Text("templateBody", one.versions.at(one.default_id).body)
      .Flag("enabled", one.enabled)
      .Text("provisioningRoleArn", one.role_arn);
  if (one.hook != ProvisioningTemplate::Hook()) {
    answer.Object("preProvisioningHook", Json()
                                             .Text("payloadVersion", one.hook.payload_version)
                                             .Text("targetArn", one.hook.target_arn));
  }
  return Done{.body = answer.Text("type", TypeName(one)).Finish()};
}

Outcome UpdateProvisioningTemplate(const Call& call, const Account& account,
                                   const Surroundings& here) {
  Members in(call);
  const auto description = in.Text("description", kTemplateDescription);
  const auto enabled = in.Flag("enabled");
  const auto version = in.Number("defaultVersionId");
  const auto role = in.Text("provisioningRoleArn", kRoleArn);
  const auto hook = ReadHook(in);
  const bool remove_hook = in.Flag("removePreProvisioningHook").value_or(false);
  auto found = FindTemplate(in, account);
  if (const auto* refusal = std::get_if<Refusal>(&found)) return *refusal;
  auto& one = std::get<ProvisioningTemplate>(found);
  if (hook && remove_hook) {
    return InvalidRequest(
        "preProvisioningHook and removePreProvisioningHook cannot be given together");
  }
  if (hook) {
    if (one.just_in_time) return InvalidRequest("A template of the type JITP has no hook");
    if (auto refusal = HookRefusal(here)) return *refusal;
    one.hook = *hook;
  }
  if (version && !one.versions.contains(*version)) {
    return NotFound(absl::StrCat("Provisioning template ", one.name, " has no version ", *version));
  }
  if (remove_hook) one.hook = {};
  if (description) one.description = *description;
  if (enabled) one.enabled = *enabled;
  if (version) one.default_id = *version;
  if (role) one.role_arn = *role;
  one.modified = here.now_ms;
  return Done{.changes = {Put(one)}};
}

Outcome DeleteProvisioningTemplate(const Call& call, const Account& account, const Surroundings&) {
  Members in(call);
  const auto found = FindTemplate(in, account);
  if (const auto* refusal = std::get_if<Refusal>(&found)) return *refusal;
  const auto& one = std::get<ProvisioningTemplate>(found);
  if (one.versions.size() > 1) {
    return DeleteConflict(absl::StrCat("Provisioning template ", one.name,
                                       " cannot be deleted: it has versions beside the default "
                                       "one"));
  }
  return Done{.changes = {{RegistryPart::kProvisioningTemplates, one.name, {}}}};
}

Outcome ListProvisioningTemplates(const Call& call, const Account& account,
                                  const Surroundings& here) {
  Members in(call);
  const Page page = ReadPage(in, kTokenPages);
  if (auto refusal = PageRefusal(in, page)) return *refusal;
  Json answer;
  TellByName(
      page, account.registry().templates(), "templates",
      [&](const auto& entry) {
        const ProvisioningTemplate& one = *entry.second;
        return std::optional(Json()
                                 .Text("templateArn", Arn(here, "provisioningtemplate", one.name))
                                 .Text("templateName", one.name)
                                 .TextIfAny("description", one.description)
                                 .Time("creationDate", one.created)
                                 .Time("lastModifiedDate", one.modified)
                                 .Flag("enabled", one.enabled)
                                 .Text("type", TypeName(one))
                                 .Finish());
      },
      answer);
  return Done{.body = answer.Finish()};
}

// F5
Outcome CreateProvisioningClaim(const Call& call, const Account& account,
                                const Surroundings& here) {
  Members in(call);
  const auto found = FindTemplate(in, account);
  if (const auto* refusal = std::get_if<Refusal>(&found)) return *refusal;
  const auto& one = std::get<ProvisioningTemplate>(found);
  if (one.just_in_time) {
    return InvalidRequest("Devices of a template of the type JITP come without a claim");
  }
  if (here.make_certificate == nullptr) return InvalidRequest(kNoAuthority);
  const auto made = here.make_certificate();
  if (!made.ok()) return InternalFailure("The local authority could not make a certificate");
  policy::Certificate entry = NewCertificate(here, made->id);
  entry.status = policy::CertificateStatus::kActive;
  entry.claim_template = one.name;
  entry.expires = here.bench_ms() + kClaimMs;
  return Done{
      .body =
          Json()
              .Text("certificateId", entry.id)
              .Text("certificatePem", made->certificate)
              .Object(
                  "keyPair",
                  Json().Text("PublicKey", made->public_key).Text("PrivateKey", made->private_key))
              .Time("expiration", entry.expires)
              .Finish(),
      .changes = KeepCertificate(entry, made->certificate)};
}

std::string NewTemplateResource(const Call& call) {
  return absl::StrCat("provisioningtemplate/", call.BodyText("templateName"));
}

constexpr absl::string_view kAllPath = "/provisioning-templates";
constexpr absl::string_view kOnePath = "/provisioning-templates/{templateName}";

constexpr Operation kTemplateOperations[] = {
    {"CreateProvisioningTemplate", "POST", kAllPath, NewTemplateResource,
     CreateProvisioningTemplate},
    {"DescribeProvisioningTemplate", "GET", kOnePath, TemplateResource,
     DescribeProvisioningTemplate},
    {"UpdateProvisioningTemplate", "PATCH", kOnePath, TemplateResource, UpdateProvisioningTemplate},
    {"DeleteProvisioningTemplate", "DELETE", kOnePath, TemplateResource,
     DeleteProvisioningTemplate},
    {"ListProvisioningTemplates", "GET", kAllPath, nullptr, ListProvisioningTemplates},
    {"CreateProvisioningClaim", "POST", "/provisioning-templates/{templateName}/provisioning-claim",
     TemplateResource, CreateProvisioningClaim},
};

}  // namespace

absl::Span<const Operation> ProvisioningTemplateOperations() { return kTemplateOperations; }

}  // namespace control
