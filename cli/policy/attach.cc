// policy attach and policy detach: what certificates are held to.
#include "cli/command.h"
#include "cli/registry/attachment.h"
#include "cli/registry/edit.h"

namespace cli {

extern const Command kPolicyAttach;
constexpr Command kPolicyAttach{
    .path = "policy attach",
    .arguments = "POLICY CERTIFICATE",
    .summary = "hold a certificate to a policy, besides those that it has",
    .details = kCertificateDetails,
    .flags = kEditFlags,
    .run = [](Call& call) { return AttachCertificate(call, Attachable::kPolicy); },
};

extern const Command kPolicyDetach;
constexpr Command kPolicyDetach{
    .path = "policy detach",
    .arguments = "POLICY CERTIFICATE",
    .summary = "hold it to the policy no more",
    .details = kCertificateDetails,
    .flags = kEditFlags,
    .run = [](Call& call) { return DetachCertificate(call, Attachable::kPolicy); },
};

}  // namespace cli
