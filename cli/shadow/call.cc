#include "cli/shadow/call.h"

#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

ABSL_FLAG(std::string, name, "", "NAME: of a named shadow; else the classic one");

namespace cli {

absl::StatusOr<shadow::ShadowId> ShadowOf(const Call& call, std::string& name) {
  name = absl::GetFlag(FLAGS_name);
  if (!shadow::IsThingName(call.arguments[0])) {
    return absl::InvalidArgumentError(absl::StrCat("\"", call.arguments[0],
                                                   "\" cannot name a thing: 1 to 128 letters, ",
                                                   "digits, : _ and - are allowed"));
  }
  if (!name.empty() && !shadow::IsShadowName(name)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--name: \"", name, "\" cannot name a shadow: 1 to 64 letters, digits, $ : _ and - are ",
        "allowed"));
  }
  return shadow::ShadowId{call.arguments[0], name};
}

std::string ShadowText(const shadow::ShadowId& id) {
  return absl::StrCat(id.thing, id.classic() ? "" : "/", id.name);
}

bool WantsColour(const Call& call) {
  return &call.out == &std::cout && isatty(STDOUT_FILENO) == 1 &&
         std::getenv("NO_COLOR") == nullptr;
}

std::string TimeText(int64_t epoch_seconds) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixSeconds(epoch_seconds),
                          absl::UTCTimeZone());
}

}  // namespace cli
