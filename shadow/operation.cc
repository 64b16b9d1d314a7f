#include "shadow/operation.h"

#include "shadow/merge.h"

namespace shadow {
namespace {

// A section after the member of the update's state that is named for it, if there is one.
Value MergeSection(const Value& section, const Value* patch, Arena& arena) {
  if (patch == nullptr) return section;
  if (patch->is_null()) return Value();  // B12
  return Merge(section, *patch, arena);
}

size_t SectionBytes(const Value& section) { return section.empty() ? 0 : PrintedBytes(section); }

}  // namespace

size_t StateBytes(const Document& document) {
  return SectionBytes(document.desired) + SectionBytes(document.reported);
}

Outcome<Document> ApplyUpdate(const std::optional<Record>& current, const Update& update,
                              int64_t now, const Limits& limits, Arena& arena) {
  if (HasNullInArray(update.state)) return NullInArray();
  for (const Member& section : update.state.members()) {
    if (DeeperThan(section.value, limits.depth_max)) return TooDeep(limits.depth_max);
  }
  const int64_t version = CurrentVersion(current);
  if (update.version && *update.version != version) return VersionConflict();

  Document next{.version = version + 1, .updated_at = now};
  if (!update.state.is_null()) {  // B7: null clears both sections
    static const Document kNone;
    const Document* live = LiveDocument(current);
    const Document& before = live != nullptr ? *live : kNone;
    next.desired = MergeSection(before.desired, Find(update.state, "desired"), arena);
    next.reported = MergeSection(before.reported, Find(update.state, "reported"), arena);
  }

  const size_t bytes = StateBytes(next);
  if (bytes > limits.state_bytes_max) return TooLarge(bytes, limits.state_bytes_max);
  return next;
}

Outcome<Document> ApplyGet(const std::optional<Record>& current, const ShadowId& id) {
  const Document* live = LiveDocument(current);
  if (live == nullptr) return NoSuchShadow(id);
  return *live;
}

Outcome<Tombstone> ApplyDelete(const std::optional<Record>& current, const ShadowId& id,
                               int64_t now) {
  const Document* live = LiveDocument(current);
  if (live == nullptr) return NoSuchShadow(id);
  return Tombstone{.version = live->version + 1, .deleted_at = now};
}

}  // namespace shadow
