// What a shadowd that stands by answers over its admin socket (docs/admin-socket.md), and how any
// of them tells whether it is active.
//
// Thread rule: any thread.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "service/admin/server.h"
#include "service/watch/standing.h"

namespace service {

// {"ok":true,"role":"active",…}, or "standby" with who is active and what keeps it from the store.
std::string StandingText(const Standing::Values& standing);

// Answers `status`, and refuses the rest: FailedPrecondition names who is active.
void AnswerAsStandby(const Standing& standing, absl::string_view request, AdminReply& reply);

}  // namespace service
