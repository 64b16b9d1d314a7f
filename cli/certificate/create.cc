#include "cli/certificate/provision.h"
#include "cli/command.h"

namespace cli {
namespace {

constexpr absl::string_view kCertificateCreateFlags[] = {"policy",   "registry", "ca",
                                                         "key_kind", "reload",   "admin_socket"};

absl::StatusOr<ExitCode> RunCertificateCreate(Call& call) {
  return ProvisionFolder(call, /*thing=*/"", call.arguments[0]);
}

}  // namespace

extern const Command kCertificateCreate;
constexpr Command kCertificateCreate{
    .path = "certificate create",
    .arguments = "DIR",
    .summary = "make a key and certificate of no thing, for an application, in a folder",
    .details = "What is there and good is kept, so the command may be repeated.",
    .flags = kCertificateCreateFlags,
    .run = RunCertificateCreate,
};

}  // namespace cli
