// What a plugin tells the service of several brokers about who hears what at its own: which
// messages of updates need not be worded for it, and when that is over. docs/link-format.md has the
// bytes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "proto/envelope.h"
#include "shadow/id.h"

namespace proto {

// Nobody hears these messages of the shadow's updates, from now on; or `is_over`: somebody may hear
// them again, of every shadow of the thing, and without a thing of every shadow.
struct Hearing {
  shadow::ShadowId id;
  Unheard unheard;  // at least one
  bool is_over = false;
};

// Plugin to service. The names must be such as they may be.
std::string EncodeHearings(uint64_t epoch, absl::Span<const Hearing> hearings);

// Whether an envelope, which may be damaged, says that it holds hearings.
bool IsHearings(absl::string_view bytes);

// Views of the result point into `bytes`. They hold in their order.
absl::StatusOr<std::vector<Hearing>> DecodeHearings(absl::string_view bytes);

}  // namespace proto
