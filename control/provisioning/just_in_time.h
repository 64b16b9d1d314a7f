// Just-in-time registration (CE7) and provisioning (JITP): a device comes with a certificate that
// the account does not know yet, an authority of the account has signed it, and that authority is
// ACTIVE and registers by itself. With a template (registrationConfig) the device is provisioned
// with it, all or nothing. Without one its certificate is registered as PENDING_ACTIVATION, and
// whoever decides is told:
//
//   $aws/events/certificates/registered/CA-CERTIFICATE-ID
//
// Told once more each time that it comes again while nobody has decided.
#pragma once

#include "absl/strings/string_view.h"
#include "control/operation.h"

namespace control {

// `der`: the certificate, whatever it is, of a chain that TLS has verified. Refuses, saying why,
// what cannot be read or is not registered so; of one that is registered and was decided on nothing
// is done.
Outcome RegisterJustInTime(absl::string_view der, const Account& account, const Surroundings& here);

}  // namespace control
