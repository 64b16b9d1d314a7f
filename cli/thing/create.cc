#include <ctime>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/flags.h"
#include "cli/provision.h"
#include "shadow/id.h"

namespace cli {
namespace {

constexpr absl::string_view kThingCreateFlags[] = {"policy",   "registry", "ca",          "things",
                                                   "key_kind", "reload",   "admin_socket"};

absl::StatusOr<ExitCode> RunThingCreate(Call& call) {
  Provision wanted;
  wanted.thing = call.arguments[0];
  wanted.policies = absl::GetFlag(FLAGS_policy).values;
  wanted.now = std::time(nullptr);
  if (!shadow::IsThingName(wanted.thing)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", wanted.thing, "\" cannot name a thing: ", "1 to 128 letters, digits, : _ and - are ",
        "allowed"));
  }
  const auto kind = KeyKindFromFlags();
  if (!kind.ok()) return kind.status();
  wanted.key_kind = *kind;
  const auto authority = AuthorityFromFlags();
  if (!authority.ok()) return authority.status();
  const auto things = ThingsFolder();
  if (!things.ok()) return things.status();
  auto edit = RegistryEdit::Begin();
  if (!edit.ok()) return edit.status();
  const KeyFolder folder(absl::StrCat(*things, "/", wanted.thing));
  const auto provided = Provide(*edit, *authority, folder, wanted);
  if (!provided.ok()) return provided.status();
  TellProvisioned(call, wanted, *provided, *authority, folder);
  if (auto status = edit->Finish(call); !status.ok()) return status;
  return ExitCode::kDone;
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
