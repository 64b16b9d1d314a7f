#include "service/account/trust.h"

#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "identity/certificate_text.h"
#include "policy/registry_entry.h"
#include "policy/registry_writer.h"

namespace service {
namespace {

using identity::PresentedCertificate;
using policy::RegistryPart;

// Nothing: there is no such file.
std::optional<std::string> TextIn(const std::string& path) {
  const std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return (std::stringstream() << file.rdbuf()).str();
}

bool HasSignedItself(const PresentedCertificate& certificate) {
  return identity::HasSigned(certificate, certificate);
}

// As its entry, which is written with it, says.
bool IsWithoutAuthority(absl::string_view id, absl::Span<const policy::EntryChange> changes) {
  for (const policy::EntryChange& change : changes) {
    if (change.part != RegistryPart::kCertificates || change.name != id || !change.text) continue;
    const auto entry = policy::ParseCertificate(change.name, *change.text);
    return entry.ok() && entry->sni_only;
  }
  return false;
}

}  // namespace

void Trust::SeeToAll(const policy::Registry& registry, const ReadPem& read_pem) const {
  for (const auto& [id, ca] : registry.cas()) {
    SeeToAuthority(id, read_pem(RegistryPart::kCaCertificatePems, id).value_or(""));
  }
}

void Trust::SeeTo(absl::Span<const policy::EntryChange> changes) const {
  for (const policy::EntryChange& change : changes) {
    if (!change.text) continue;
    if (change.part == RegistryPart::kCaCertificatePems) SeeToAuthority(change.name, *change.text);
    if (change.part == RegistryPart::kCertificatePems && IsWithoutAuthority(change.name, changes)) {
      SeeToForeign(change.name, *change.text);
    }
  }
}

void Trust::SeeToAuthority(const std::string& id, absl::string_view pem) const {
  const auto authority = identity::ReadPresented(pem);
  if (!authority.ok()) return;  // written by hand, without its certificate
  const bool is_signed_by_known = HasSignedItself(*authority) || IsOfOurs(*authority);
  if (!PutOrTell(*authority, RegistryPart::kCaCertificatePems) || is_signed_by_known) return;
  log_.Warning("authority_not_trusted",
               {{"authority", id},
                {"issuer", authority->issuer},
                {"effect",
                 "it has not signed itself: the broker's TLS refuses its certificates "
                 "unless its issuer is known there, too"},
                {"hint",
                 "register the issuer as a CA certificate, or put it into the cafile of "
                 "the broker's listeners"}});
}

// Registered without an authority.
void Trust::SeeToForeign(const std::string& id, absl::string_view pem) const {
  const auto certificate = identity::ReadPresented(pem);
  if (!certificate.ok() || IsOfOurs(*certificate)) return;
  if (HasSignedItself(*certificate)) {
    PutOrTell(*certificate, RegistryPart::kCertificatePems);
    return;
  }
  const std::string issuers = absl::StrCat(settings_.capath, "/", certificate->issuer_hash, ".0");
  if (!settings_.capath.empty() && TextIn(issuers)) return;
  log_.Warning("certificate_not_trusted",
               {{"certificate", id},
                {"issuer", certificate->issuer},
                {"effect", "the broker's TLS refuses it unless its issuer is known there"},
                {"hint",
                 "register the issuer as a CA certificate, or put it into the cafile of "
                 "the broker's listeners"}});
}

bool Trust::IsOurs(const PresentedCertificate& certificate) const {
  const auto ours = identity::ReadPresented(settings_.authority);
  return ours.ok() && ours->id == certificate.id;
}

bool Trust::IsOfOurs(const PresentedCertificate& certificate) const {
  const auto ours = identity::ReadPresented(settings_.authority);
  return ours.ok() && identity::HasSigned(*ours, certificate);
}

absl::StatusOr<Trust::Place> Trust::Put(const PresentedCertificate& certificate) const {
  const std::string pem = identity::PemOf(*certificate.certificate);
  for (size_t number = 0; number < kOfOneNameMax; ++number) {
    const std::string path =
        absl::StrCat(settings_.capath, "/", certificate.subject_hash, ".", number);
    const auto there = TextIn(path);
    if (there == pem) return Place{.number = number};
    if (there) continue;
    if (auto made = policy::MakeFolder(settings_.capath); !made.ok()) return made;
    auto written = policy::WriteFileAtomically(path, pem, policy::kEntryMode);
    if (!written.ok()) return written;
    return Place{.number = number, .is_new = true};
  }
  return absl::ResourceExhaustedError(absl::StrCat(settings_.capath, " has ", kOfOneNameMax,
                                                   " certificates with that subject already"));
}

bool Trust::PutOrTell(const PresentedCertificate& certificate, RegistryPart part) const {
  if (IsOurs(certificate)) return true;
  absl::StatusOr<Place> put =
      absl::FailedPreconditionError("shadowd was started without --broker_capath");
  if (!settings_.capath.empty()) put = Put(certificate);
  if (put.ok()) {
    if (put->is_new && put->number == 0) {
      log_.Info("authority_trusted",
                {{"authority", certificate.id}, {"broker_capath", settings_.capath}});
    } else if (put->is_new) {
      log_.Warning("authority_not_trusted",
                   {{"authority", certificate.id},
                    {"issuer", certificate.subject},
                    {"cause", "there was another with that name, which the broker may have read"},
                    {"effect", "the broker's TLS may refuse whom it vouches for until a restart"},
                    {"hint", "restart the broker"}});
    }
    return true;
  }
  log_.Warning(
      "authority_not_trusted",
      {{"authority", certificate.id},
       {"issuer", certificate.subject},
       {"cause", put.status().message()},
       {"effect", "the broker's TLS refuses whom it vouches for, unless its cafile holds it"},
       {"hint",
        absl::StrCat("append ", settings_.registry, "/", policy::EntryFile(part, certificate.id),
                     " to the cafile of the broker's listeners and restart the broker, or "
                     "set broker_capath")}});
  return false;
}

}  // namespace service
