#include "history/restore.h"

#include "absl/container/inlined_vector.h"
#include "history/change.h"

namespace history {

using shadow::Member;
using shadow::MemberIndex;
using shadow::Value;

Value UpdateTo(const Value& from, const Value& to, shadow::Arena& arena) {
  absl::InlinedVector<Member, 16> members;
  MemberIndex from_places(from.members());
  for (const Member& member : to.members()) {
    const auto place = from_places.Find(member.key);
    if (!place) {
      members.push_back(member);
      continue;
    }
    const Value& other = from.members()[*place].value;
    if (other.is_object() && member.value.is_object()) {
      const Value inner = UpdateTo(other, member.value, arena);
      if (!inner.empty()) members.push_back({member.key, inner});
    } else if (!SameTexts(other, member.value)) {
      members.push_back(member);
    }
  }
  MemberIndex to_places(to.members());
  for (const Member& member : from.members()) {
    if (to_places.Find(member.key)) continue;
    members.push_back({member.key, Value(shadow::Kind::kNull, "null", 0)});
  }
  return Value::Object(arena.Copy(absl::Span<const Member>(members)));
}

}  // namespace history
