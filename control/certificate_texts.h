// What the operations on certificates and their authorities have in common.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "control/json.h"
#include "control/operation.h"
#include "policy/entry_change.h"

namespace identity {
struct PresentedCertificate;
}

namespace control {

Refusal CertificateNotFound(absl::string_view id);

inline constexpr absl::string_view kNoAuthority =
    "No certificates are made here: shadowd was started without --ca_dir";

// An entry with its dates and its generation.
policy::Certificate NewCertificate(const Surroundings& here, absl::string_view id);

// The entry and the certificate itself, as they are kept.
std::vector<policy::EntryChange> KeepCertificate(const policy::Certificate& entry,
                                                 absl::string_view pem);

// The entry as it is told: one that has no dates and no generation yet gets them now, and `changes`
// keeps them.
policy::Certificate CertificateAtSight(const policy::Certificate& entry, const Surroundings& here,
                                       std::vector<policy::EntryChange>& changes);

// The words for a certificate's status that AWS's service model knows.
inline constexpr absl::string_view kCertificateStatuses[] = {
    "ACTIVE", "INACTIVE", "REVOKED", "PENDING_TRANSFER", "REGISTER_INACTIVE", "PENDING_ACTIVATION"};

// Of ACTIVE, INACTIVE and REVOKED; of the words that AWS alone may set (CE5) what is said of them,
// which is `refused` where AWS names the certificate's state.
std::variant<policy::CertificateStatus, Refusal> SettableStatus(absl::string_view word,
                                                                absl::string_view refused);

// Whether the registered authority of that id has signed it, by its key and not by its name alone.
bool HasRegisteredCaSigned(absl::string_view ca_id,
                           const identity::PresentedCertificate& certificate,
                           const Surroundings& here);

// An entry, INACTIVE, for a certificate that a registered authority has signed, and that is not
// registered yet (CE3). `ca_pem` says which authority, if several could have.
std::variant<policy::Certificate, Refusal> NewSigned(const std::string& pem,
                                                     const std::optional<std::string>& ca_pem,
                                                     const Account& account,
                                                     const Surroundings& here);

// "SNI_ONLY" or "DEFAULT"
absl::string_view ModeName(bool sni_only);

// The member "validity", if the certificate is known.
void TellValidity(absl::string_view pem, Json& description);

// "cert/ID" of the path's {certificateId}.
std::string CertificateResource(const Call& call);

}  // namespace control
