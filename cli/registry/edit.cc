#include "cli/registry/edit.h"

#include <utility>

#include "absl/flags/flag.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cli/flags.h"
#include "cli/registry/reload.h"
#include "cli/settings.h"
#include "cli/text_file.h"
#include "control/certificate_texts.h"
#include "policy/reference.h"
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
  const auto certificate = CertificateInFile(text);
  if (absl::IsNotFound(certificate.status())) return text;
  if (!certificate.ok()) return certificate.status();
  return identity::CertificateId(**certificate);
}

absl::Status CheckPolicyName(absl::string_view name) {
  if (policy::IsPolicyName(name)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "\"", name, "\" cannot name a policy: 1 to 128 letters, digits and _+=,.@- are allowed"));
}

absl::Status NoPolicy(absl::string_view name) {
  return absl::NotFoundError(absl::StrCat("no policy \"", name, "\" is registered"));
}

// Who owns the registry writes all of it: a part that is another user's he could lead elsewhere.
absl::Status CheckOneOwner(const std::string& folder, const std::string& part) {
  const auto owner = storage::FindStranger(folder);
  const auto of_part = storage::FindStranger(part);
  if (!owner.ok()) return owner.status();
  if (!of_part.ok()) return of_part.status();
  if (!*of_part || (*owner && (*owner)->uid == (*of_part)->uid)) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat((*of_part)->folder, " belongs to another user than the registry ", folder));
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

absl::StatusOr<std::unique_ptr<const control::Account>> ReadAccount() {
  const auto folder = RegistryFolder();
  if (!folder.ok()) return folder.status();
  auto registry = policy::LoadRegistry(*folder);
  if (!registry.ok()) return registry.status();
  return std::make_unique<const control::Account>(*std::move(registry));
}

absl::Status CheckThingThere(const policy::Registry& registry, absl::string_view name) {
  if (registry.FindThing(name) != nullptr) return absl::OkStatus();
  return absl::NotFoundError(absl::StrCat("no thing \"", name, "\" is registered"));
}

absl::Status CheckPolicyThere(const policy::Registry& registry, absl::string_view name) {
  return registry.FindPolicy(name) == nullptr ? NoPolicy(name) : absl::OkStatus();
}

absl::StatusOr<std::string> ReadPolicy(const std::string& folder, absl::string_view name) {
  if (auto s = CheckPolicyName(name); !s.ok()) return s;
  auto text = ReadTextFile(absl::StrCat(folder, "/policies/", name, ".json"));
  if (!absl::IsNotFound(text.status())) return text;
  return NoPolicy(name);
}

absl::StatusOr<identity::X509Ptr> CertificateInFile(const std::string& path) {
  const auto text = ReadTextFile(path);
  if (!text.ok()) return text.status();
  auto certificate = identity::ParseCertificate(*text);
  if (certificate.ok()) return certificate;
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

std::vector<const policy::Certificate*> CertificatesOf(const policy::Registry& registry,
                                                       absl::string_view thing) {
  std::vector<const policy::Certificate*> found;
  for (const auto& [id, certificate] : registry.certificates()) {
    if (policy::IsAmong(certificate->things, thing)) found.push_back(certificate.get());
  }
  return found;
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

absl::StatusOr<std::optional<std::string>> RegistryEdit::TextOf(policy::RegistryPart part,
                                                                absl::string_view name) const {
  for (const policy::EntryChange& change : changes_) {
    if (change.part == part && change.name == name) return change.text;
  }
  return policy::ReadEntry(folder_, part, name);
}

absl::StatusOr<std::string> RegistryEdit::PolicyText(absl::string_view name) const {
  if (auto s = CheckPolicyName(name); !s.ok()) return s;
  auto text = TextOf(policy::RegistryPart::kPolicies, name);
  if (!text.ok()) return text.status();
  if (text->has_value()) return **std::move(text);
  return NoPolicy(name);
}

control::Surroundings RegistryEdit::Here() const {
  control::Surroundings here = SurroundingsNow();
  here.read_entry = [this](policy::RegistryPart part, absl::string_view name) {
    return TextOf(part, name).value_or(std::nullopt);
  };
  return here;
}

absl::StatusOr<std::string> RegistryEdit::Perform(const Asked& asked) {
  auto done = cli::Perform(asked, *account_, Here());
  if (!done.ok()) return done.status();
  for (policy::EntryChange& change : done->changes) {
    if (auto s = Change(std::move(change)); !s.ok()) return s;
  }
  return std::move(done->body);
}

absl::Status RegistryEdit::Change(policy::EntryChange change) {
  if (auto fault = policy::NameFault(change.part, change.name); !fault.empty()) {
    return absl::InvalidArgumentError(fault);
  }
  if (change.text) {
    auto right = policy::Registry().Put(change.part, change.name, *change.text);
    if (!right.ok()) return right;
  }
  const auto now = TextOf(change.part, change.name);
  if (!now.ok()) return now.status();
  if (*now == change.text) return absl::OkStatus();
  if (auto s = account_->Apply({change}); !s.ok()) return s;
  std::erase_if(changes_, [&](const policy::EntryChange& one) {
    return one.part == change.part && one.name == change.name;
  });
  changes_.push_back(std::move(change));
  return absl::OkStatus();
}

absl::Status RegistryEdit::Remove(policy::RegistryPart part, absl::string_view name) {
  return Change({part, std::string(name), std::nullopt});
}

policy::Certificate RegistryEdit::NewCertificate(absl::string_view id) const {
  return control::NewCertificate(Here(), id);
}

absl::Status RegistryEdit::KeepCertificate(const policy::Certificate& entry,
                                           absl::string_view pem) {
  for (policy::EntryChange& change : control::KeepCertificate(entry, pem)) {
    if (auto s = Change(std::move(change)); !s.ok()) return s;
  }
  return absl::OkStatus();
}

// The id may be the entry's own, which goes first.
absl::Status RegistryEdit::RemoveCertificate(absl::string_view certificate) {
  const std::string id(certificate);
  if (auto s = Remove(policy::RegistryPart::kCertificates, id); !s.ok()) return s;
  return Remove(policy::RegistryPart::kCertificatePems, id);
}

absl::Status RegistryEdit::Write() {
  if (!lock_) return absl::OkStatus();
  for (const policy::EntryChange& change : changes_) {
    const std::string part = absl::StrCat(folder_, "/", policy::PartFolder(change.part));
    if (auto s = CheckOneOwner(folder_, part); !s.ok()) return s;
  }
  auto written = storage::AsOwnerOf(
      folder_, [&]() -> absl::Status { return policy::WriteChanges(folder_, changes_); });
  if (!written.ok()) return written;
  lock_.reset();
  return absl::OkStatus();
}

absl::Status RegistryEdit::Finish(Call& call) {
  if (auto s = Write(); !s.ok()) return s;
  if (!changed()) return absl::OkStatus();
  std::vector<std::string> files;
  for (const policy::EntryChange& change : changes_) {
    files.push_back(policy::EntryFile(change.part, change.name));
  }
  return HaveTakenUp(call, folder_, files);
}

absl::StatusOr<ExitCode> PerformOnRegistry(Call& call, absl::Span<const Asked> all) {
  auto edit = RegistryEdit::Begin();
  if (!edit.ok()) return edit.status();
  for (const Asked& asked : all) {
    if (auto s = edit->Perform(asked).status(); !s.ok()) return s;
  }
  return DoneIf(edit->Finish(call));
}

absl::StatusOr<ExitCode> DeleteOnRegistry(Call& call, const Asked& asked) {
  auto done = PerformOnRegistry(call, {asked});
  if (absl::IsNotFound(done.status())) return ExitCode::kDone;
  return done;
}

}  // namespace cli
