#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/flags.h"
#include "cli/json_text.h"
#include "cli/registry/edit.h"
#include "cli/text_file.h"
#include "identity/certificate.h"

ABSL_FLAG(bool, inactive, false, "register it, but let it not count yet");

namespace cli {
namespace {

constexpr absl::string_view kCertificateRegisterFlags[] = {"thing",    "policy", "inactive",
                                                           "registry", "reload", "admin_socket"};

absl::StatusOr<std::string> IdInFile(const std::string& path) {
  const auto text = ReadTextFile(path);
  if (!text.ok()) return text.status();
  const auto certificate = identity::ParseCertificate(*text);
  if (certificate.ok()) return identity::CertificateId(**certificate);
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", certificate.status().message()));
}

absl::StatusOr<policy::CertificateEntry> EntryFor(const policy::Registry& registry,
                                                  const std::string& id) {
  policy::CertificateEntry entry;
  const auto* const known = registry.FindCertificate(id);
  if (known != nullptr) entry = EntryOf(*known);
  if (known == nullptr) entry.active = !absl::GetFlag(FLAGS_inactive);
  for (const std::string& name : absl::GetFlag(FLAGS_thing).values) {
    if (registry.FindThing(name) == nullptr) {
      return absl::NotFoundError(absl::StrCat("no thing \"", name, "\" is registered"));
    }
    Attach(entry.things, name);
  }
  for (const std::string& name : absl::GetFlag(FLAGS_policy).values) {
    if (registry.FindPolicy(name) == nullptr) {
      return absl::NotFoundError(absl::StrCat("no policy \"", name, "\" is registered"));
    }
    Attach(entry.policies, name);
  }
  return entry;
}

absl::StatusOr<ExitCode> RunCertificateRegister(Call& call) {
  const auto id = IdInFile(call.arguments[0]);
  if (!id.ok()) return id.status();
  auto edit = RegistryEdit::Begin();
  if (!edit.ok()) return edit.status();
  const auto entry = EntryFor(edit->before(), *id);
  if (!entry.ok()) return entry.status();
  if (auto s = edit->PutCertificate(*id, *entry); !s.ok()) return s;
  const char* const status = entry->active ? "ACTIVE" : "INACTIVE";
  if (call.json) {
    call.out << JsonText::Object({{"certificateId", JsonText::String(*id)},
                                  {"status", JsonText::String(status)}})
                    .text()
             << "\n";
  } else {
    call.out << *id << "  " << status << "\n";
  }
  return DoneIf(edit->Finish(call));
}

}  // namespace

extern const Command kCertificateRegister;
constexpr Command kCertificateRegister{
    .path = "certificate register",
    .arguments = "FILE",
    .summary = "let a certificate that was made elsewhere count",
    .details =
        "FILE is in PEM or DER. The broker's cafile must know who issued it. One that is "
        "registered\n"
        "already keeps its status and its attachments, and gets those that are named here besides.",
    .flags = kCertificateRegisterFlags,
    .run = RunCertificateRegister,
};

}  // namespace cli
