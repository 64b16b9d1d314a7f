// A reverse patch: what makes of a section the one that stood before. How one is found, and what it
// does to a section, is history/patch.h; here are its form and its bytes (docs/storage-format.md).
#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "shadow/arena.h"
#include "shadow/json.h"
#include "storage/bytes.h"
#include "storage/node.h"

namespace storage {

struct PatchMember;

// What became of one value, told backwards. A view into an arena, as a tree is.
struct PatchNode {
  enum class Kind : uint8_t {
    kMembers,   // an object still: `members` are those that differ; none: nothing does
    kTimes,     // as it stands, but each leaf was written at `time`; of an object's `members` that
                // does not hold: they differ as they say
    kAbsent,    // it was not there
    kWhole,     // `value` stood in its place
    kInserted,  // it is not there now: `value` stood as member number `place` of the object before
  };

  Kind kind = Kind::kMembers;
  uint32_t place = 0;  // counted from 0
  int64_t time = 0;    // epoch seconds
  shadow::Value value{};
  absl::Span<const PatchMember> members{};  // where one comes first does not matter

  // Nothing differs.
  bool empty() const { return kind == Kind::kMembers && members.empty(); }
};

struct PatchMember {
  absl::string_view key;  // canonical JSON text, quotes included
  PatchNode node;
};

// The bytes of a section's patch. Ages count from the time of the version before.
size_t PatchBytes(const PatchNode& patch, const NodeWriter& nodes);
char* WritePatch(const PatchNode& patch, const NodeWriter& nodes, char* at);

// False: not what WritePatch writes for a section; `nodes` says why.
bool ReadPatch(NodeReader& nodes, ByteReader& bytes, shadow::Arena& arena, PatchNode& patch);

}  // namespace storage
