// Shadows as lines of JSON, one a shadow, in which nothing is lost:
//
//   {"thing":"T","name":"S","state":{…},"metadata":{…},"version":7,"timestamp":1767225600}
//   {"thing":"T","deleted":true,"version":8,"timestamp":1767225601}
//
// "name" is that of a named shadow. A deleted shadow's line keeps its version line from starting
// over (G6). A document as `aws iot-data get-thing-shadow` prints it is such a line without names.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "shadow/arena.h"
#include "shadow/document.h"
#include "shadow/id.h"

namespace storage {

// Without the line's end.
std::string ArchiveLine(const shadow::ShadowId& id, const shadow::Record& record);

// The line of what a store has under `key`; empty where that is no shadow, or a tombstone that has
// expired at `now`. Errors as for DecodeRecord, with the shadow's name. Clears `arena`.
absl::StatusOr<std::string> StoredLine(absl::string_view key, absl::string_view value, int64_t now,
                                       shadow::Arena& arena);

struct ArchivedShadow {
  std::string thing;  // empty: the line does not say
  std::string name;
  shadow::Record record;  // its texts are in the line or in the arena
};

// InvalidArgument names what is wrong. A leaf that the metadata does not know gets the document's
// timestamp.
absl::StatusOr<ArchivedShadow> ParseArchiveLine(absl::string_view line, shadow::Arena& arena);

}  // namespace storage
