#include "absl/flags/flag.h"
#include "cli/command.h"
#include "cli/flags.h"
#include "cli/json_text.h"
#include "cli/registry/edit.h"

ABSL_FLAG(bool, undo, false, "let it be used again");

namespace cli {
namespace {

constexpr absl::string_view kDeprecateFlags[] = {"undo", "registry", "reload", "admin_socket"};

absl::StatusOr<ExitCode> RunDeprecate(Call& call) {
  const JsonText body =
      JsonText::Object({{"undoDeprecate", JsonText::Bool(absl::GetFlag(FLAGS_undo))}});
  return PerformOnRegistry(call, {{.operation = "DeprecateThingType",
                                   .labels = {{"thingTypeName", call.arguments[0]}},
                                   .body = body.text()}});
}

}  // namespace

extern const Command kThingTypeDeprecate;
constexpr Command kThingTypeDeprecate{
    .path = "thing-type deprecate",
    .arguments = "TYPE",
    .summary = "let no further things be of the type, which then can be deleted",
    .details = "",
    .flags = kDeprecateFlags,
    .run = RunDeprecate,
};

}  // namespace cli
