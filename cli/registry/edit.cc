#include "cli/registry/edit.h"

#include <sys/stat.h>

#include <algorithm>

#include "absl/flags/flag.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cli/flags.h"
#include "cli/registry/reload.h"
#include "cli/settings.h"
#include "cli/text_file.h"
#include "identity/certificate.h"
#include "policy/registry_entry.h"
#include "policy/registry_files.h"
#include "storage/stranger.h"

namespace cli {
namespace {

constexpr size_t kPrefixDigitsMin = 6;

bool IsPrefix(absl::string_view text) {
  return text.size() >= kPrefixDigitsMin &&
         text.find_first_not_of("0123456789abcdef") == absl::string_view::npos;
}

// The id in full; `text` itself if it is none and no file either.
absl::StatusOr<std::string> IdOf(const policy::Registry& registry, const std::string& text) {
  if (policy::IsCertificateId(text)) return text;
  std::vector<std::string> found;
  for (const auto& [id, certificate] : registry.certificates()) {
    if (IsPrefix(text) && absl::StartsWith(id, text)) found.push_back(id);
  }
  if (found.size() == 1) return found.front();
  if (found.size() > 1) {
    return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is the beginning of ",
                                                   found.size(), " ids: give more digits"));
  }
  auto id = CertificateIdInFile(text);
  if (absl::IsNotFound(id.status())) return text;
  return id;
}

}  // namespace

absl::StatusOr<std::string> RegistryFolder() {
  return RequiredSetting(FLAGS_registry, "where is the registry?", "DIR");
}

absl::StatusOr<std::shared_ptr<const policy::Registry>> ReadRegistry() {
  const auto folder = RegistryFolder();
  if (!folder.ok()) return folder.status();
  return policy::LoadRegistry(*folder);
}

absl::StatusOr<std::string> ReadPolicy(const std::string& folder, absl::string_view name) {
  if (!policy::IsPolicyName(name)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", name, "\" cannot name a policy: 1 to 128 letters, digits and _+=,.@- are allowed"));
  }
  auto text = ReadTextFile(absl::StrCat(folder, "/policies/", name, ".json"));
  if (!absl::IsNotFound(text.status())) return text;
  return absl::NotFoundError(absl::StrCat("no policy \"", name, "\" is registered"));
}

absl::StatusOr<std::string> CertificateIdInFile(const std::string& path) {
  const auto text = ReadTextFile(path);
  if (!text.ok()) return text.status();
  const auto certificate = identity::ParseCertificate(*text);
  if (certificate.ok()) return identity::CertificateId(**certificate);
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", certificate.status().message()));
}

absl::StatusOr<const policy::Certificate*> FindCertificate(const policy::Registry& registry,
                                                           const std::string& text) {
  const auto id = IdOf(registry, text);
  if (!id.ok()) return id.status();
  if (const auto* const certificate = registry.FindCertificate(*id)) return certificate;
  return absl::NotFoundError(absl::StrCat("no certificate \"", text,
                                          "\" is registered: neither an id, nor the beginning of ",
                                          "one, nor a file of one"));
}

bool IsAmong(const std::vector<policy::Reference>& references, absl::string_view name) {
  return std::any_of(references.begin(), references.end(),
                     [&](const policy::Reference& one) { return one.name == name; });
}

std::vector<const policy::Certificate*> CertificatesOf(const policy::Registry& registry,
                                                       absl::string_view thing) {
  std::vector<const policy::Certificate*> found;
  for (const auto& [id, certificate] : registry.certificates()) {
    if (IsAmong(certificate->things, thing)) found.push_back(certificate.get());
  }
  return found;
}

std::vector<std::string> NamesOf(const std::vector<policy::Reference>& references) {
  std::vector<std::string> names;
  for (const auto& reference : references) names.push_back(reference.name);
  return names;
}

absl::StatusOr<RegistryEdit> RegistryEdit::Begin() {
  const auto folder = RegistryFolder();
  if (!folder.ok()) return folder.status();
  auto lock = storage::AsOwnerOf(*folder, [&] { return policy::RegistryLock::Take(*folder); });
  if (!lock.ok()) return lock.status();
  auto before = policy::LoadRegistry(*folder);
  if (!before.ok()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the registry ", *folder, " has faults, and is not changed before they are mended:\n",
        before.status().message()));
  }
  return RegistryEdit(*folder, *std::move(lock), *std::move(before));
}

absl::Status RegistryEdit::Change(policy::RegistryPart part,
                                  absl::FunctionRef<absl::StatusOr<bool>()> change) {
  const auto done =
      storage::AsOwnerOf(absl::StrCat(folder_, "/", policy::PartFolder(part)), change);
  changed_ = changed_ || done.value_or(false);
  return done.status();
}

absl::StatusOr<std::string> RegistryEdit::PolicyText(absl::string_view name) const {
  return ReadPolicy(folder_, name);
}

absl::Status RegistryEdit::Put(policy::RegistryPart part, absl::string_view name,
                               absl::string_view text) {
  return Change(part, [&] { return policy::PutEntry(folder_, part, name, text); });
}

absl::Status RegistryEdit::PutThing(const policy::Thing& thing) {
  return Put(policy::RegistryPart::kThings, thing.name, policy::PrintThing(thing));
}

absl::Status RegistryEdit::PutPolicy(absl::string_view name, absl::string_view text) {
  return Put(policy::RegistryPart::kPolicies, name, text);
}

absl::Status RegistryEdit::PutCertificate(const policy::Certificate& certificate) {
  return Put(policy::RegistryPart::kCertificates, certificate.id,
             policy::PrintCertificate(certificate));
}

absl::Status RegistryEdit::Remove(policy::RegistryPart part, absl::string_view name) {
  return Change(part, [&] { return policy::RemoveEntry(folder_, part, name); });
}

absl::Status RegistryEdit::Finish(Call& call) const {
  return changed_ ? HaveReloaded(call) : absl::OkStatus();
}

absl::StatusOr<ExitCode> ChangeCertificate(RegistryEdit& edit, Call& call, const std::string& text,
                                           absl::FunctionRef<void(policy::Certificate&)> change) {
  const auto certificate = FindCertificate(edit.before(), text);
  if (!certificate.ok()) return certificate.status();
  policy::Certificate entry = **certificate;
  change(entry);
  if (auto s = edit.PutCertificate(entry); !s.ok()) return s;
  return DoneIf(edit.Finish(call));
}

}  // namespace cli
