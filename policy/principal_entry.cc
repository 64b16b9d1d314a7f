// Certificates, identities, authorities, keys, what is known of policies beside their documents,
// and what there is once.
#include <limits>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "policy/document.h"
#include "policy/entry_json.h"
#include "policy/registry_entry.h"

namespace policy {
namespace {

constexpr size_t kCertificateIdBytes = 64;
constexpr size_t kUuidBytes = 36;
constexpr size_t kRegionBytesMax = 18;  // an identity's id has at most 55 characters (Cognito)
constexpr absl::string_view kExclusive = "EXCLUSIVE_THING";
constexpr absl::string_view kSniOnly = "SNI_ONLY";
constexpr absl::string_view kDefaultMode = "DEFAULT";

// The member `name`, which is one of two words, as whether it is the second.
absl::Status ReadWord(const Node& object, absl::string_view name, absl::string_view usual,
                      absl::string_view other, bool& out) {
  std::string word(usual);
  if (auto s = ReadString(object, name, word); !s.ok()) return s;
  out = word == other;
  if (out || word == usual) return absl::OkStatus();
  return Fault(object.Find(name)->place,
               absl::StrCat("\"", name, "\" must be \"", usual, "\" or \"", other, "\""));
}

// Whether the principal that a root is of has its one thing to itself.
absl::Status ReadExclusive(const Node& root, absl::string_view whose,
                           const std::vector<Reference>& things, bool& out) {
  const absl::string_view name = "thingPrincipalType";
  if (auto s = ReadWord(root, name, "NON_EXCLUSIVE_THING", kExclusive, out); !s.ok()) return s;
  if (!out || things.size() == 1) return absl::OkStatus();
  return Fault(root.Find(name)->place,
               absl::StrCat(whose, " that is EXCLUSIVE_THING has just one thing"));
}

bool IsUuid(absl::string_view text) {
  if (text.size() != kUuidBytes) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : absl::string_view("0123456789abcdef").find(text[i]) == text.npos) {
      return false;
    }
  }
  return true;
}

// F4, with the one template that it is for.
absl::StatusOr<Document> ClaimPolicy(absl::string_view template_name) {
  constexpr absl::string_view kTopics[] = {"certificates/create/*",
                                           "certificates/create-from-csr/*"};
  const auto arns = [&](absl::string_view kind) {
    std::string text = absl::StrCat("\"arn:aws:iot:*:*:", kind, "/$aws/provisioning-templates/",
                                    template_name, "/provision/*\"");
    for (const absl::string_view topic : kTopics) {
      absl::StrAppend(&text, ",\"arn:aws:iot:*:*:", kind, "/$aws/", topic, "\"");
    }
    return text;
  };
  return ParseDocument(
      "ProvisioningClaim",
      absl::StrCat(R"({"Version":"2012-10-17","Statement":[)",
                   R"({"Effect":"Allow","Action":"iot:Connect","Resource":"*"},)",
                   R"({"Effect":"Allow","Action":["iot:Publish","iot:Receive"],"Resource":[)",
                   arns("topic"), R"(]},{"Effect":"Allow","Action":"iot:Subscribe","Resource":[)",
                   arns("topicfilter"), "]}]}"));
}

// What a certificate has that goes by itself.
absl::Status ReadProvisioning(const Node& root, Certificate& out) {
  absl::Status status = ReadString(root, "ownershipTokenSha256", out.token_sha256);
  status.Update(ReadString(root, "ownershipTokenOwner", out.token_owner));
  status.Update(ReadString(root, "claimTemplateName", out.claim_template));
  status.Update(ReadTime(root, "expirationDate", out.expires));
  if (!status.ok() || !out.is_claim()) return status;
  if (!IsTemplateName(out.claim_template)) {
    return Fault(root.Find("claimTemplateName")->place,
                 absl::StrCat("\"", out.claim_template, "\" cannot name a provisioning template"));
  }
  auto document = ClaimPolicy(out.claim_template);
  if (!document.ok()) return document.status();
  out.claim_policy = std::make_shared<const Document>(*std::move(document));
  return absl::OkStatus();
}

absl::Status ReadRegistration(const Node& root, CaCertificate::Registration& out) {
  const Node* const config = root.Find("registrationConfig");
  if (config == nullptr) return absl::OkStatus();
  if (auto s = WantKind(*config, Node::Kind::kObject, "\"registrationConfig\""); !s.ok()) return s;
  absl::Status status = ReadString(*config, "templateBody", out.template_body);
  status.Update(ReadString(*config, "templateName", out.template_name));
  status.Update(ReadString(*config, "roleArn", out.role_arn));
  return status;
}

std::string RegistrationText(const CaCertificate::Registration& registration) {
  std::vector<std::string> members;
  const auto add = [&](absl::string_view name, absl::string_view value) {
    if (!value.empty()) members.push_back(absl::StrCat(Quoted(name), ": ", Quoted(value)));
  };
  add("templateBody", registration.template_body);
  add("templateName", registration.template_name);
  add("roleArn", registration.role_arn);
  return absl::StrCat("{\n    ", absl::StrJoin(members, ",\n    "), "\n  }");
}

absl::Status ReadVersion(const Node::Name& id, const Node& node, PolicyVersions& out) {
  uint64_t number = 0;
  if (!absl::SimpleAtoi(id.text, &number) || number == 0 || absl::StrCat(number) != id.text) {
    return Fault(id.place, absl::StrCat("\"", id.text, "\" is no version: 1, 2 and so on"));
  }
  if (number >= out.next_id) {
    return Fault(id.place, absl::StrCat("version ", id.text, " is not below \"nextVersionId\""));
  }
  if (auto s = WantKind(node, Node::Kind::kObject, "a version"); !s.ok()) return s;
  PolicyVersions::Version version;
  absl::Status status = ReadTime(node, "createDate", version.created);
  status.Update(ReadString(node, "document", version.document));
  if (!status.ok()) return status;
  if (version.document.empty() != (number == out.default_id)) {
    return Fault(node.place,
                 "a version has its \"document\" here, but for the default, whose document is the "
                 "policy's file");
  }
  out.versions.emplace(number, std::move(version));
  return absl::OkStatus();
}

std::string VersionsText(const PolicyVersions& versions) {
  std::vector<std::string> elements;
  for (const auto& [id, version] : versions.versions) {
    std::vector<std::string> members;
    if (version.created != 0) {
      members.push_back(absl::StrCat("\"createDate\": ", Quoted(TimeText(version.created))));
    }
    if (!version.document.empty()) {
      members.push_back(absl::StrCat("\"document\": ", Quoted(version.document)));
    }
    elements.push_back(absl::StrCat("\"", id, "\": {", absl::StrJoin(members, ", "), "}"));
  }
  return absl::StrCat("{\n    ", absl::StrJoin(elements, ",\n    "), "\n  }");
}

}  // namespace

absl::string_view StatusName(CertificateStatus status) {
  constexpr absl::string_view kNames[] = {"ACTIVE", "INACTIVE", "REVOKED", "PENDING_ACTIVATION"};
  return kNames[static_cast<size_t>(status)];
}

bool IsCertificateId(absl::string_view text) {
  return text.size() == kCertificateIdBytes &&
         text.find_first_not_of("0123456789abcdef") == absl::string_view::npos;
}

absl::StatusOr<Certificate> ParseCertificate(absl::string_view id, absl::string_view text) {
  constexpr absl::string_view kKnown[] = {"description",
                                          "status",
                                          "things",
                                          "thingPrincipalType",
                                          "policies",
                                          "creationDate",
                                          "lastModifiedDate",
                                          "customerVersion",
                                          "generationId",
                                          "caCertificateId",
                                          "certificateMode",
                                          "ownershipTokenSha256",
                                          "ownershipTokenOwner",
                                          "claimTemplateName",
                                          "expirationDate"};
  const auto root = ParseEntry(text, "a certificate", kKnown);
  if (!root.ok()) return root.status();
  Certificate entry;
  entry.id = std::string(id);
  absl::Status status = ReadStatus(*root, entry.status);
  status.Update(ReadString(*root, "description", entry.description));
  status.Update(ReadReferences(*root, "things", entry.things));
  status.Update(ReadExclusive(*root, "a certificate", entry.things, entry.exclusive));
  status.Update(ReadPolicies(*root, kPoliciesPerPrincipalMax, "a certificate", entry.policies));
  status.Update(ReadTime(*root, "creationDate", entry.created));
  status.Update(ReadTime(*root, "lastModifiedDate", entry.modified));
  status.Update(ReadNumber(*root, "customerVersion", entry.customer_version));
  status.Update(ReadString(*root, "generationId", entry.generation_id));
  status.Update(ReadString(*root, "caCertificateId", entry.ca_id));
  status.Update(ReadWord(*root, "certificateMode", kDefaultMode, kSniOnly, entry.sni_only));
  status.Update(ReadProvisioning(*root, entry));
  if (!status.ok()) return status;
  return entry;
}

std::string PrintCertificate(const Certificate& certificate) {
  return EntryText()
      .Text("description", certificate.description)
      .Text("status", StatusName(certificate.status))
      .List("things", certificate.things)
      .Text("thingPrincipalType", certificate.exclusive ? kExclusive : "")
      .List("policies", certificate.policies)
      .Time("creationDate", certificate.created)
      .Time("lastModifiedDate", certificate.modified)
      .Number("customerVersion", certificate.created == 0 ? 0 : certificate.customer_version)
      .Text("generationId", certificate.generation_id)
      .Text("caCertificateId", certificate.ca_id)
      .Text("certificateMode", certificate.sni_only ? kSniOnly : "")
      .Text("ownershipTokenSha256", certificate.token_sha256)
      .Text("ownershipTokenOwner", certificate.token_owner)
      .Text("claimTemplateName", certificate.claim_template)
      .Time("expirationDate", certificate.expires)
      .Finish();
}

bool IsIdentityId(absl::string_view text) {
  const size_t colon = text.find(':');
  if (colon == 0 || colon == absl::string_view::npos || colon > kRegionBytesMax) return false;
  const absl::string_view region = text.substr(0, colon);
  return region.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == region.npos &&
         IsUuid(text.substr(colon + 1));
}

absl::StatusOr<Identity> ParseIdentity(absl::string_view id, absl::string_view text) {
  constexpr absl::string_view kKnown[] = {"things", "thingPrincipalType", "policies"};
  const auto root = ParseEntry(text, "an identity", kKnown);
  if (!root.ok()) return root.status();
  Identity entry{.id = std::string(id)};
  absl::Status status = ReadReferences(*root, "things", entry.things);
  status.Update(ReadExclusive(*root, "an identity", entry.things, entry.exclusive));
  status.Update(ReadPolicies(*root, kPoliciesPerPrincipalMax, "an identity", entry.policies));
  if (!status.ok()) return status;
  return entry;
}

std::string PrintIdentity(const Identity& identity) {
  return EntryText()
      .List("things", identity.things)
      .Text("thingPrincipalType", identity.exclusive ? kExclusive : "")
      .List("policies", identity.policies)
      .Finish();
}

absl::StatusOr<CaCertificate> ParseCaCertificate(absl::string_view id, absl::string_view text) {
  constexpr absl::string_view kKnown[] = {
      "status",       "autoRegistrationStatus", "certificateMode", "registrationConfig",
      "creationDate", "lastModifiedDate",       "customerVersion", "generationId",
      "tags"};
  const auto root = ParseEntry(text, "a CA certificate", kKnown);
  if (!root.ok()) return root.status();
  CaCertificate entry;
  entry.id = std::string(id);
  absl::Status status = ReadStatus(*root, entry.active);
  status.Update(
      ReadWord(*root, "autoRegistrationStatus", "DISABLE", "ENABLE", entry.auto_registration));
  status.Update(ReadWord(*root, "certificateMode", kDefaultMode, kSniOnly, entry.sni_only));
  status.Update(ReadRegistration(*root, entry.registration));
  status.Update(ReadTime(*root, "creationDate", entry.created));
  status.Update(ReadTime(*root, "lastModifiedDate", entry.modified));
  status.Update(ReadNumber(*root, "customerVersion", entry.customer_version));
  status.Update(ReadString(*root, "generationId", entry.generation_id));
  status.Update(ReadTags(*root, entry.tags));
  if (!status.ok()) return status;
  return entry;
}

std::string PrintCaCertificate(const CaCertificate& certificate) {
  EntryText text;
  text.Status(certificate.active)
      .Text("autoRegistrationStatus", certificate.auto_registration ? "ENABLE" : "")
      .Text("certificateMode", certificate.sni_only ? kSniOnly : "");
  if (certificate.registration != CaCertificate::Registration()) {
    text.Raw("registrationConfig", RegistrationText(certificate.registration));
  }
  return text.Time("creationDate", certificate.created)
      .Time("lastModifiedDate", certificate.modified)
      .Number("customerVersion", certificate.customer_version)
      .Text("generationId", certificate.generation_id)
      .Map("tags", certificate.tags)
      .Finish();
}

absl::StatusOr<PolicyVersions> ParsePolicyVersions(absl::string_view name, absl::string_view text) {
  constexpr absl::string_view kKnown[] = {"defaultVersionId", "nextVersionId", "creationDate",
                                          "lastModifiedDate", "generationId",  "tags",
                                          "versions"};
  const auto root = ParseEntry(text, "a policy's versions", kKnown, kVersionsBytesMax);
  if (!root.ok()) return root.status();
  PolicyVersions entry;
  entry.name = std::string(name);
  absl::Status status = ReadNumber(*root, "defaultVersionId", entry.default_id);
  status.Update(ReadNumber(*root, "nextVersionId", entry.next_id));
  status.Update(ReadTime(*root, "creationDate", entry.created));
  status.Update(ReadTime(*root, "lastModifiedDate", entry.modified));
  status.Update(ReadString(*root, "generationId", entry.generation_id));
  status.Update(ReadTags(*root, entry.tags));
  if (!status.ok()) return status;
  const Node* const versions = root->Find("versions");
  if (versions == nullptr) return Fault(root->place, "a policy's versions have no \"versions\"");
  if (auto s = WantKind(*versions, Node::Kind::kObject, "\"versions\""); !s.ok()) return s;
  for (size_t i = 0; i < versions->names.size(); ++i) {
    if (auto s = ReadVersion(versions->names[i], versions->elements[i], entry); !s.ok()) return s;
  }
  if (entry.versions.count(entry.default_id) > 0) return entry;
  return Fault(versions->place, absl::StrCat("the default version \"", entry.default_id,
                                             "\" is not among the \"versions\""));
}

std::string PrintPolicyVersions(const PolicyVersions& versions) {
  return EntryText()
      .Number("defaultVersionId", versions.default_id)
      .Number("nextVersionId", versions.next_id)
      .Time("creationDate", versions.created)
      .Time("lastModifiedDate", versions.modified)
      .Text("generationId", versions.generation_id)
      .Map("tags", versions.tags)
      .Raw("versions", VersionsText(versions))
      .Finish();
}

absl::StatusOr<AccessKey> ParseAccessKey(absl::string_view id, absl::string_view text) {
  constexpr absl::string_view kKnown[] = {"status", "policies", "identityId", "authenticated"};
  const auto root = ParseEntry(text, "a key", kKnown);
  if (!root.ok()) return root.status();
  AccessKey key;
  key.id = std::string(id);
  absl::Status status = ReadStatus(*root, key.active);
  status.Update(ReadPolicies(*root, kPoliciesPerPrincipalMax, "a key", key.policies));
  status.Update(ReadKeyIdentity(*root, key.identity));
  if (!status.ok()) return status;
  return key;
}

std::string PrintAccessKey(const AccessKey& key) {
  return EntryText()
      .Status(key.active)
      .List("policies", key.policies)
      .Identity(key.identity)
      .Finish();
}

absl::StatusOr<Settings> ParseSettings(absl::string_view text) {
  constexpr absl::string_view kKnown[] = {"registrationCode", "eventConfigurations"};
  const auto root = ParseEntry(text, "the account", kKnown);
  if (!root.ok()) return root.status();
  Settings settings;
  if (auto s = ReadString(*root, "registrationCode", settings.registration_code); !s.ok()) return s;
  const Node* const events = root->Find("eventConfigurations");
  if (events == nullptr) return settings;
  if (auto s = WantKind(*events, Node::Kind::kObject, "\"eventConfigurations\""); !s.ok()) return s;
  for (size_t i = 0; i < events->names.size(); ++i) {
    const Node& on = events->elements[i];
    if (auto s = WantKind(on, Node::Kind::kBool, "an event's configuration"); !s.ok()) return s;
    settings.events.emplace(events->names[i].text, on.text == "true");
  }
  return settings;
}

std::string PrintSettings(const Settings& settings) {
  EntryText text;
  text.Text("registrationCode", settings.registration_code);
  if (!settings.events.empty()) {
    std::vector<std::string> elements;
    for (const auto& [kind, on] : settings.events) {
      elements.push_back(absl::StrCat(Quoted(kind), ": ", on ? "true" : "false"));
    }
    text.Raw("eventConfigurations",
             absl::StrCat("{\n    ", absl::StrJoin(elements, ",\n    "), "\n  }"));
  }
  return text.Finish();
}

}  // namespace policy
