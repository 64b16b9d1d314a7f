#include "shadow/merge.h"

#include <vector>

#include "absl/container/inlined_vector.h"

namespace shadow {
namespace {

using Members = absl::InlinedVector<Member, 32>;

// A patch member for which the target has nothing to merge with. Nothing: it leaves no trace (C11).
std::optional<Value> WithoutNulls(const Value& value, Arena& arena) {
  if (value.is_null()) return std::nullopt;
  if (!value.is_object() || value.empty()) return value;
  if (value.facts() != nullptr && !value.facts()->has_null) return value;
  Members kept;
  for (const Member& member : value.members()) {
    if (const auto inner = WithoutNulls(member.value, arena)) kept.push_back({member.key, *inner});
  }
  if (kept.empty()) return std::nullopt;
  return Value::Object(arena.Copy(absl::Span<const Member>(kept)));
}

// Whether merging `patch` into `target` gives `patch`.
bool Covers(const Value& patch, const Value& target) {
  if (patch.facts() == nullptr) return false;
  const absl::Span<const Member> covered = patch.facts()->covered;
  return !covered.empty() && covered.data() == target.members().data() &&
         covered.size() == target.members().size();
}

Value Replace(const Value& target, const Value& patch, Arena& arena) {
  if (target.is_object() && patch.is_object()) return Merge(target, patch, arena);
  return WithoutNulls(patch, arena).value_or(Value());
}

}  // namespace

Value Merge(const Value& target, const Value& patch, Arena& arena) {
  if (patch.empty()) return target;  // C7
  if (Covers(patch, target)) return patch;
  MemberIndex places(target.members());
  Members merged(target.members().begin(), target.members().end());
  std::vector<bool> removed;  // of the target's members; as long as they once one is

  for (const Member& member : patch.members()) {
    const auto place = places.Find(member.key);
    if (!place) {
      if (const auto added = WithoutNulls(member.value, arena))
        merged.push_back({member.key, *added});
    } else if (member.value.is_null()) {
      removed.resize(target.members().size());
      removed[*place] = true;
    } else {
      merged[*place].value = Replace(merged[*place].value, member.value, arena);
    }
  }

  if (!removed.empty()) {
    size_t kept = 0;
    for (size_t i = 0; i < merged.size(); ++i) {
      if (i >= removed.size() || !removed[i]) merged[kept++] = merged[i];
    }
    merged.resize(kept);
  }
  return Value::Object(arena.Copy(absl::Span<const Member>(merged)));
}

}  // namespace shadow
