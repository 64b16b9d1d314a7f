// What the shadow commands have in common: which shadow, and talking of it.
#pragma once

#include <string>

#include "absl/flags/declare.h"
#include "absl/status/statusor.h"
#include "cli/command.h"
#include "shadow/id.h"

ABSL_DECLARE_FLAG(std::string, name);

namespace cli {

// The flags of commands on one shadow: which, and how to reach the service.
inline constexpr absl::string_view kShadowFlags[] = {
    "name",          "endpoint",          "cafile", "cert",   "key",
    "access_key_id", "secret_access_key", "region", "timeout"};

// The shadow of the thing that --name says; the classic one without it. InvalidArgument for names
// that no shadow can have. A view into `call` and `name`.
absl::StatusOr<shadow::ShadowId> ShadowOf(const Call& call, std::string& name);

// "heater", "heater/settings": for people.
std::string ShadowText(const shadow::ShadowId& id);

// Whether `call.out` is a terminal that wants colours (NO_COLOR is respected).
bool WantsColour(const Call& call);

// "2026-11-22T20:15:00Z".
std::string TimeText(int64_t epoch_seconds);

}  // namespace cli
