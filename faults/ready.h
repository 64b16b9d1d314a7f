// Plans that are there without being written: what people want most often.
#pragma once

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace faults {

struct ReadyPlan {
  absl::string_view name;
  absl::string_view about;  // one line
  absl::string_view text;   // as ParsePlan reads it
};

absl::Span<const ReadyPlan> ReadyPlans();

// Null: there is none of that name.
const ReadyPlan* FindReadyPlan(absl::string_view name);

}  // namespace faults
