// What members of requests about jobs may be, as AWS's service model has it, and those that are
// read in more than one place.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "control/members.h"
#include "jobs/fields.h"

namespace jobs {

inline constexpr size_t kDocumentBytesMax = 32 * 1024;  // J2
inline constexpr size_t kDetailsMax = 10;               // J7
inline constexpr uint64_t kMinutesMax = 10080;          // J8: a week

inline constexpr absl::string_view kSelections[] = {"CONTINUOUS", "SNAPSHOT"};  // of targets

extern const control::Shape kJobId;
extern const control::Shape kJobIdOrNext;  // "$next", too
extern const control::Shape kDetailsKey;
extern const control::Shape kDetailsValue;
extern const control::Shape kText;  // of descriptions and comments
extern const control::Shape kReasonCode;
extern const control::Shape kNamespace;

// The member statusDetails (J7); nothing: it is not given.
std::optional<Texts> ReadDetails(control::Members& in);

}  // namespace jobs
