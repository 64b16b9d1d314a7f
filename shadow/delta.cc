#include "shadow/delta.h"

#include "absl/container/inlined_vector.h"

namespace shadow {

Value Delta(const Value& desired, const Value& reported, Arena& arena) {
  MemberIndex places(reported.members());
  absl::InlinedVector<Member, 16> differing;
  for (const Member& member : desired.members()) {
    const auto place = places.Find(member.key);
    if (!place) {
      differing.push_back(member);
      continue;
    }
    const Value& other = reported.members()[*place].value;
    if (member.value.is_object() && other.is_object()) {
      const Value inner = Delta(member.value, other, arena);
      if (!inner.empty()) differing.push_back({member.key, inner});
    } else if (!SameValue(member.value, other)) {
      differing.push_back(member);
    }
  }
  return Value::Object(arena.Copy(absl::Span<const Member>(differing)));
}

bool Differs(const Value& desired, const Value& reported) {
  MemberIndex places(reported.members());
  for (const Member& member : desired.members()) {
    const auto place = places.Find(member.key);
    if (!place) return true;
    const Value& other = reported.members()[*place].value;
    const bool both_objects = member.value.is_object() && other.is_object();
    if (both_objects ? Differs(member.value, other) : !SameValue(member.value, other)) return true;
  }
  return false;
}

bool Differs(const Record& record) {
  const auto* const document = std::get_if<Document>(&record);
  return document != nullptr && Differs(document->desired, document->reported);
}

}  // namespace shadow
