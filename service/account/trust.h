// Whose certificates the broker's TLS lets in (CE4). TLS is before the plugin: a certificate that
// is registered is of no use while the broker knows nobody who vouches for it. So registered
// authorities, and certificates that signed themselves, are put into a folder that is the `capath`
// of the broker's listeners; Mosquitto looks there at each handshake, and needs no restart. Where
// there is no such folder the log says what to do.
//
// A folder by OpenSSL's rules: HASH.0, HASH.1 … by the hash of the subject, without a gap. Nothing
// is taken out: certificates of an authority that is deleted stay registered (CA3), and whoever is
// not registered the plugin turns away.
//
// OpenSSL looks there for a name of which it knows no certificate yet. So a second authority of a
// name counts when the broker has been restarted, and the log says so.
//
// Thread rule: the clerk's thread.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "identity/presented_certificate.h"
#include "policy/registry.h"
#include "policy/registry_journal.h"
#include "service/watch/log.h"

namespace service {

class Trust {
 public:
  struct Settings {
    std::string capath{};     // the folder; empty: there is none
    std::string authority{};  // PEM that the broker's cafile is known to hold; may be empty
    std::string registry{};   // the registry's folder, to name files in it
  };

  static constexpr size_t kOfOneNameMax = 256;  // certificates with one subject

  // `log` outlives it.
  Trust(Settings settings, Log& log) : settings_(std::move(settings)), log_(log) {}

  using ReadPem =
      std::function<std::optional<std::string>(policy::RegistryPart part, absl::string_view name)>;

  // Sees to all authorities that are registered.
  void SeeToAll(const policy::Registry& registry, const ReadPem& read_pem) const;

  // Sees to what these changes have registered.
  void SeeTo(absl::Span<const policy::EntryChange> changes) const;

 private:
  void SeeToAuthority(const std::string& id, absl::string_view pem) const;
  void SeeToForeign(const std::string& id, absl::string_view pem) const;
  bool IsOurs(const identity::PresentedCertificate& certificate) const;
  bool IsOfOurs(const identity::PresentedCertificate& certificate) const;
  struct Place {
    size_t number = 0;    // of those with its subject
    bool is_new = false;  // it was not there
  };
  absl::StatusOr<Place> Put(const identity::PresentedCertificate& certificate) const;
  // What has to be done for the broker to let `what` in, if it could not be put there.
  bool PutOrTell(const identity::PresentedCertificate& certificate,
                 policy::RegistryPart part) const;

  const Settings settings_;
  Log& log_;
};

}  // namespace service
