// thing attach and thing detach: which certificates speak for a thing.
#include "cli/command.h"
#include "cli/registry/attachment.h"
#include "cli/registry/edit.h"

namespace cli {

extern const Command kThingAttach;
constexpr Command kThingAttach{
    .path = "thing attach",
    .arguments = "THING CERTIFICATE",
    .summary = "let a certificate speak for a thing",
    .details = kCertificateDetails,
    .flags = kEditFlags,
    .run = [](Call& call) { return AttachCertificate(call, Attachable::kThing); },
};

extern const Command kThingDetach;
constexpr Command kThingDetach{
    .path = "thing detach",
    .arguments = "THING CERTIFICATE",
    .summary = "let it speak for the thing no more",
    .details = kCertificateDetails,
    .flags = kEditFlags,
    .run = [](Call& call) { return DetachCertificate(call, Attachable::kThing); },
};

}  // namespace cli
