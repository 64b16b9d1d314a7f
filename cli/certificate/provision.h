// A key and a certificate for a device or an application, with all that the registry must know.
//
// The order makes it one step: the key's folder, the thing and the policy allow nothing by
// themselves; the certificate's entry comes last and makes all of it count. A crash before it
// leaves who may do what as it was, and the same call again completes it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/authority.h"
#include "cli/command.h"
#include "cli/key_folder.h"
#include "cli/registry_edit.h"

namespace cli {

struct Provision {
  std::string thing;                  // empty: a certificate of no thing
  std::vector<std::string> policies;  // to attach; they must be there
  KeyKind key_kind = KeyKind::kRsa2048;
  int64_t now = 0;  // epoch seconds
};

struct Provisioned {
  std::string certificate_id;
  policy::CertificateEntry entry;
  bool made = false;      // a new pair; else the folder's was good
  std::string succeeded;  // the id of the certificate whose place it took; empty: none
};

// Attaches all of `wanted`. Without any: the attachments of a certificate that it succeeds stay,
// else a thing gets its default policy. A certificate whose key was lost is deactivated; one that
// was deactivated stays so. NotFound for a policy that is not registered.
absl::StatusOr<Provisioned> Provide(RegistryEdit& edit, const Authority& authority,
                                    const KeyFolder& folder, const Provision& wanted);

// Prints what was provided, with all paths.
void TellProvisioned(Call& call, const Provision& wanted, const Provisioned& provided,
                     const Authority& authority, const KeyFolder& folder);

// What --ca, --things and --key-kind say.
absl::StatusOr<Authority> AuthorityFromFlags();
absl::StatusOr<std::string> ThingsFolder();
absl::StatusOr<KeyKind> KeyKindFromFlags();

}  // namespace cli
