#include "cli/certificate/provision.h"

#include <ctime>
#include <filesystem>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/certificate/key_folder.h"
#include "cli/flags.h"
#include "cli/json_text.h"
#include "cli/policy/default_policy.h"
#include "cli/policy/put.h"
#include "cli/registry/attachment.h"
#include "cli/registry/edit.h"
#include "cli/settings.h"
#include "cli/text_file.h"
#include "identity/authority.h"
#include "policy/reference.h"

namespace cli {
namespace {

struct Provision {
  std::string thing;                  // empty: a certificate of no thing
  std::vector<std::string> policies;  // to attach; they must be there
  identity::KeyKind key_kind = identity::KeyKind::kRsa2048;
  int64_t now = 0;  // epoch seconds
};

struct Provisioned {
  std::string certificate_id;
  policy::Certificate entry;
  std::string pem;        // the certificate itself
  bool made = false;      // a new pair; else the folder's was good
  std::string succeeded;  // the id of the certificate whose place it took; empty: none
};

absl::Status CheckPolicies(const policy::Registry& registry,
                           const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (registry.FindPolicy(name) != nullptr) continue;
    return absl::NotFoundError(absl::StrCat("no policy \"", name,
                                            "\" is registered; shadowctl policy put ", name,
                                            " FILE registers one"));
  }
  return absl::OkStatus();
}

// A policy of the default one's name may be one that somebody made for something else.
bool IsAttachedTo(const policy::Registry& registry, absl::string_view thing,
                  absl::string_view policy) {
  for (const auto* const certificate : CertificatesOf(registry, thing)) {
    if (policy::IsAmong(certificate->policies, policy)) return true;
  }
  return false;
}

// The default policy, unless one is there that was changed by hand for this thing.
absl::StatusOr<std::string> PutDefaultPolicy(RegistryEdit& edit, const std::string& thing) {
  const std::string name = DefaultPolicyName(thing);
  if (edit.registry().FindPolicy(name) == nullptr) {
    if (auto s = PutPolicy(edit, name, DefaultPolicyText(thing)); !s.ok()) return s;
    return name;
  }
  const auto there = edit.PolicyText(name);
  if (!there.ok()) return there.status();
  if (*there == DefaultPolicyText(thing) || IsAttachedTo(edit.registry(), thing, name)) return name;
  return absl::AlreadyExistsError(
      absl::StrCat("a policy \"", name, "\" is registered and is not the default one of thing \"",
                   thing, "\": say --policy ", name, " if it is meant, or name another"));
}

absl::Status PutThingOnce(RegistryEdit& edit, const std::string& name) {
  if (name.empty() || edit.registry().FindThing(name) != nullptr) return absl::OkStatus();
  return edit.Perform({.operation = "CreateThing", .labels = {{"thingName", name}}}).status();
}

// What the new entry begins with: what is registered of this certificate, else what the one whose
// place it takes was attached to.
policy::Certificate EntryBefore(const RegistryEdit& edit, const Provisioned& made) {
  if (const auto* const known = edit.registry().FindCertificate(made.certificate_id)) {
    return *known;
  }
  policy::Certificate entry = edit.NewCertificate(made.certificate_id);
  if (const auto* const predecessor = edit.registry().FindCertificate(made.succeeded)) {
    entry.things = predecessor->things;
    entry.exclusive = predecessor->exclusive;
    entry.policies = predecessor->policies;
    entry.description = predecessor->description;
  }
  entry.status = policy::CertificateStatus::kActive;
  return entry;
}

absl::Status Deactivate(RegistryEdit& edit, const std::string& id) {
  if (edit.registry().FindCertificate(id) == nullptr) return absl::OkStatus();
  return edit
      .Perform({.operation = "UpdateCertificate",
                .labels = {{"certificateId", id}},
                .parameters = {{"newStatus", "INACTIVE"}}})
      .status();
}

absl::StatusOr<Provisioned> HavePair(const identity::Authority& authority, const KeyFolder& folder,
                                     const Provision& wanted) {
  Provisioned provided;
  const auto there = folder.CertificateId();
  if (there && folder.IsGood(authority, wanted.now)) {
    auto pem = ReadTextFile(folder.certificate());
    if (!pem.ok()) return pem.status();
    provided.certificate_id = *there;
    provided.pem = *std::move(pem);
    folder.CloseKey();
    return provided;
  }
  const auto pair = authority.Issue(wanted.key_kind, wanted.now);
  if (!pair.ok()) return pair.status();
  if (auto status = folder.Place(*pair); !status.ok()) return status;
  provided.certificate_id = pair->id;
  provided.pem = pair->certificate;
  provided.made = true;
  provided.succeeded = there.value_or("");
  return provided;
}

// Attaches all of `wanted`. Without any: the attachments of a certificate that it succeeds stay,
// else a thing gets its default policy. A certificate whose key was lost is deactivated; one that
// was deactivated stays so. NotFound for a policy that is not registered.
absl::StatusOr<Provisioned> Provide(RegistryEdit& edit, const identity::Authority& authority,
                                    const KeyFolder& folder, const Provision& wanted) {
  if (auto s = CheckPolicies(edit.registry(), wanted.policies); !s.ok()) return s;
  auto provided = HavePair(authority, folder, wanted);
  if (!provided.ok()) return provided;
  const policy::Certificate entry = EntryBefore(edit, *provided);
  std::vector<std::string> policies = wanted.policies;
  if (auto s = PutThingOnce(edit, wanted.thing); !s.ok()) return s;
  if (entry.policies.empty() && policies.empty() && !wanted.thing.empty()) {
    auto name = PutDefaultPolicy(edit, wanted.thing);
    if (!name.ok()) return name.status();
    policies = {*std::move(name)};
  }
  const std::string& id = provided->certificate_id;
  if (auto s = edit.KeepCertificate(entry, provided->pem); !s.ok()) return s;
  if (!wanted.thing.empty()) {
    if (auto s = AttachAll(edit, Attachable::kThing, {wanted.thing}, id); !s.ok()) return s;
  }
  if (auto s = AttachAll(edit, Attachable::kPolicy, policies, id); !s.ok()) return s;
  if (auto s = Deactivate(edit, provided->succeeded); !s.ok()) return s;
  provided->entry = *edit.registry().FindCertificate(id);
  return provided;
}

// Prints what was provided, with all paths.
void TellProvisioned(Call& call, const Provision& wanted, const Provisioned& provided,
                     const identity::Authority& authority, const KeyFolder& folder) {
  const std::string status(policy::StatusName(provided.entry.status));
  const auto policies = policy::NamesOf(provided.entry.policies);
  if (call.json) {
    call.out << JsonText::Object({{"thing", wanted.thing.empty() ? JsonText::Null()
                                                                 : JsonText::String(wanted.thing)},
                                  {"certificateId", JsonText::String(provided.certificate_id)},
                                  {"status", JsonText::String(status)},
                                  {"policies", JsonText::Strings(policies)},
                                  {"certificate", JsonText::String(folder.certificate())},
                                  {"key", JsonText::String(folder.key())},
                                  {"ca", JsonText::String(authority.certificate_path())},
                                  {"made", JsonText::Bool(provided.made)}})
                    .text()
             << "\n";
    return;
  }
  if (!wanted.thing.empty()) call.out << "thing        " << wanted.thing << "\n";
  call.out << "certificate  " << folder.certificate() << "\n"
           << "key          " << folder.key() << "\n"
           << "ca           " << authority.certificate_path() << "\n"
           << "id           " << provided.certificate_id << "\n"
           << "status       " << status << "\n"
           << "policies     " << absl::StrJoin(policies, ", ") << "\n";
  if (!provided.made) call.err << "They were there already.\n";
  if (!provided.succeeded.empty()) {
    call.err << "The key that was there was of no use; its certificate " << provided.succeeded
             << " counts no more.\n";
  }
}

absl::StatusOr<identity::Authority> AuthorityFromFlags() {
  const auto folder =
      RequiredSetting(FLAGS_ca, "where is the certificate authority?", "DIR (ca.pem and ca.key)");
  if (!folder.ok()) return folder.status();
  return identity::Authority::Open(*folder);
}

absl::StatusOr<identity::KeyKind> KeyKindFromFlags() {
  const std::string kind = absl::GetFlag(FLAGS_key_kind);
  if (kind == "rsa") return identity::KeyKind::kRsa2048;
  if (kind == "ec") return identity::KeyKind::kEcP256;
  return absl::InvalidArgumentError(
      absl::StrCat("--key-kind: \"", kind, "\" is not one of: rsa, ec"));
}

}  // namespace

absl::StatusOr<ExitCode> ProvisionFolder(Call& call, const std::string& thing,
                                         const std::string& path) {
  const auto kind = KeyKindFromFlags();
  if (!kind.ok()) return kind.status();
  const Provision wanted = {.thing = thing,
                            .policies = absl::GetFlag(FLAGS_policy).values,
                            .key_kind = *kind,
                            .now = std::time(nullptr)};
  const auto authority = AuthorityFromFlags();
  if (!authority.ok()) return authority.status();
  auto edit = RegistryEdit::Begin();
  if (!edit.ok()) return edit.status();
  const KeyFolder folder(path);
  const auto provided = Provide(*edit, *authority, folder, wanted);
  if (!provided.ok()) return provided.status();
  if (auto s = edit->Write(); !s.ok()) return s;
  TellProvisioned(call, wanted, *provided, *authority, folder);
  return DoneIf(edit->Finish(call));
}

absl::StatusOr<std::string> ThingsFolder() {
  std::string folder = absl::GetFlag(FLAGS_things);
  if (!folder.empty()) return folder;
  folder = absl::GetFlag(FLAGS_ca);
  if (folder.empty()) {
    return absl::InvalidArgumentError(
        "where do the things' keys go? Give --things DIR or --ca DIR");
  }
  return (std::filesystem::absolute(folder).lexically_normal() / "").parent_path().parent_path() /
         "things";
}

}  // namespace cli
