#include "absl/strings/str_cat.h"
#include "cli/certificate/provision.h"
#include "cli/command.h"
#include "shadow/id.h"

namespace cli {
namespace {

constexpr absl::string_view kThingCreateFlags[] = {"policy",   "registry", "ca",          "things",
                                                   "key_kind", "reload",   "admin_socket"};

absl::StatusOr<ExitCode> RunThingCreate(Call& call) {
  const std::string& thing = call.arguments[0];
  if (!shadow::IsThingName(thing)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", thing, "\" cannot name a thing: 1 to 128 letters, digits, : _ and - are allowed"));
  }
  const auto things = ThingsFolder();
  if (!things.ok()) return things.status();
  return ProvisionFolder(call, thing, absl::StrCat(*things, "/", thing));
}

}  // namespace

extern const Command kThingCreate;
constexpr Command kThingCreate{
    .path = "thing create",
    .arguments = "NAME",
    .summary = "make a thing with its key, certificate and policy, and print the paths",
    .details =
        "Without --policy the thing gets one of its own name, which allows its shadows and\n"
        "cmd/NAME/... only. What is there and good is kept, so the command may be repeated; a key\n"
        "that is lost or a certificate at its end is replaced.",
    .flags = kThingCreateFlags,
    .run = RunThingCreate,
};

}  // namespace cli
