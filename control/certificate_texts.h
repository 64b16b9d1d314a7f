// What the operations on certificates and their authorities have in common.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "control/json.h"
#include "control/operation.h"

namespace control {

Refusal CertificateNotFound(absl::string_view id);

// An entry with its dates and its generation.
policy::Certificate NewCertificate(const Surroundings& here, absl::string_view id);

// The entry and the certificate itself, as they are kept.
std::vector<policy::EntryChange> KeepCertificate(const policy::Certificate& entry,
                                                 absl::string_view pem);

// The entry as it is told: one that has no dates and no generation yet gets them now, and `changes`
// keeps them.
policy::Certificate CertificateAtSight(const policy::Certificate& entry, const Surroundings& here,
                                       std::vector<policy::EntryChange>& changes);

// ACTIVE, INACTIVE and REVOKED; nothing for the words that AWS alone may set (CE5).
std::optional<policy::CertificateStatus> SettableStatus(absl::string_view word);

// "SNI_ONLY" or "DEFAULT"
absl::string_view ModeName(bool sni_only);

// The member "validity", if the certificate is known.
void TellValidity(absl::string_view pem, Json& description);

// "cert/ID" of the path's {certificateId}.
std::string CertificateResource(const Call& call);

}  // namespace control
