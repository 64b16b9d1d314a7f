#include "history/patch.h"

#include <algorithm>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "history/change.h"

namespace history {
namespace {

using shadow::Arena;
using shadow::Member;
using shadow::MemberIndex;
using shadow::Value;
using storage::PatchMember;
using storage::PatchNode;
using NodeKind = storage::PatchNode::Kind;
using PatchMembers = absl::InlinedVector<PatchMember, 8>;
using Members = absl::InlinedVector<Member, 32>;

PatchNode Whole(const Value& value) { return {.kind = NodeKind::kWhole, .value = value}; }
PatchNode Times(int64_t time) { return {.kind = NodeKind::kTimes, .time = time}; }

// Nothing differs but that all leaves were written at one other time.
bool IsTimesAlone(const PatchNode& node) {
  return node.kind == NodeKind::kTimes && node.members.empty();
}

bool HoldsLeaf(const Value& value) { return !value.is_container() || !value.empty(); }

// A member that was there and was only written again: all its leaves were written at `time` before.
struct Again {
  size_t place;  // before
  int64_t time;
};

// What is told of the members of an object that stays one. Most of an update is `again`, so it is
// kept small.
struct Told {
  absl::InlinedVector<Again, 32> again{};
  PatchMembers changed{};                           // otherwise, in their order
  absl::InlinedVector<size_t, 8> changed_places{};  // before
  PatchMembers absent{};                            // only after
  PatchMembers inserted{};                          // only before, by place
  size_t found = 0;                                 // there before and after
  size_t unchanged = 0;                             // of those, what holds a leaf
};

// The time that most of what was only written again had, and how much had it.
struct Usual {
  int64_t time = 0;
  size_t members = 0;
};

Usual UsualTime(absl::Span<const Again> again) {
  Usual usual;
  size_t lead = 0;  // majority vote
  for (const Again& member : again) {
    if (lead == 0) usual.time = member.time;
    lead = member.time == usual.time ? lead + 1 : lead - 1;
  }
  for (const Again& member : again) usual.members += member.time == usual.time;
  return usual;
}

// Leaves of two trees of one shape and the same texts.
struct Leaves {
  bool same_times = true;
  bool one_time = true;  // before
  std::optional<int64_t> time{};
};

// False: the trees differ in more than times.
bool Compare(const Value& before, const Value& after, Leaves& leaves) {
  if (before.kind() != after.kind()) return false;
  if (!before.is_container()) {
    const int64_t time = before.timestamp();
    leaves.same_times &= time == after.timestamp();
    leaves.one_time &= leaves.time.value_or(time) == time;
    leaves.time = time;
    return before.text() == after.text();
  }
  return std::equal(before.members().begin(), before.members().end(), after.members().begin(),
                    after.members().end(),
                    [&](const Member& a, const Member& b) {
                      return a.key == b.key && Compare(a.value, b.value, leaves);
                    }) &&
         std::equal(before.elements().begin(), before.elements().end(), after.elements().begin(),
                    after.elements().end(),
                    [&](const Value& a, const Value& b) { return Compare(a, b, leaves); });
}

// Elements have no names, so an array is told whole if more than times differ.
PatchNode ReverseArray(const Value& before, const Value& after) {
  Leaves leaves;
  if (!Compare(before, after, leaves)) return Whole(before);
  if (leaves.same_times) return {};
  return leaves.one_time ? Times(*leaves.time) : Whole(before);
}

class Reverser {
 public:
  explicit Reverser(Arena& arena) : arena_(arena) {}

  PatchNode Reverse(const Value& before, const Value& after) {
    if (IsOneValue(before, after)) return {};
    if (before.kind() != after.kind()) return Whole(before);
    if (before.is_object()) return ReverseObject(before, after);
    if (before.is_array()) return ReverseArray(before, after);
    return IsOneText(before.text(), after.text()) ? Times(before.timestamp()) : Whole(before);
  }

 private:
  PatchNode ReverseObject(const Value& before, const Value& after) {
    Told told;
    if (!Tell(before, after, told) || told.found == 0) return Whole(before);
    const Usual usual = UsualTime(told.again);
    const bool by_times = usual.members > told.unchanged;
    PatchNode node = {.kind = by_times ? NodeKind::kTimes : NodeKind::kMembers};
    if (by_times) node.time = usual.time;
    PatchMembers members =
        TellInOrder(before, told, by_times ? std::optional<int64_t>(usual.time) : std::nullopt);
    members.insert(members.end(), told.absent.begin(), told.absent.end());
    members.insert(members.end(), told.inserted.begin(), told.inserted.end());
    node.members = arena_.Copy(absl::Span<const PatchMember>(members));
    return node;
  }

  // False: members that are there before and after stand in another order, as no update leaves
  // them.
  bool Tell(const Value& before, const Value& after, Told& told) {
    const absl::Span<const Member> now = after.members();
    MemberIndex places(now);
    size_t next = 0;  // behind the member of `after` that was found last
    for (size_t i = 0; i < before.members().size(); ++i) {
      const Member& member = before.members()[i];
      const auto place = next < now.size() && IsOneText(now[next].key, member.key)
                             ? std::optional<size_t>(next)
                             : places.Find(member.key);
      if (!place) {
        told.inserted.push_back({member.key,
                                 {.kind = NodeKind::kInserted,
                                  .place = static_cast<uint32_t>(i),
                                  .value = member.value}});
        continue;
      }
      if (*place < next) return false;
      TellAbsent(now.subspan(next, *place - next), told);
      next = *place + 1;
      TellFound(i, member, now[*place].value, told);
    }
    TellAbsent(now.subspan(next), told);
    return true;
  }

  void TellFound(size_t place, const Member& member, const Value& after, Told& told) {
    ++told.found;
    if (!IsOneValue(member.value, after)) {
      const PatchNode node = Reverse(member.value, after);
      if (IsTimesAlone(node)) return told.again.push_back({place, node.time});
      if (!node.empty()) {
        told.changed.push_back({member.key, node});
        told.changed_places.push_back(place);
        return;
      }
    }
    told.unchanged += HoldsLeaf(member.value);
  }

  static void TellAbsent(absl::Span<const Member> members, Told& told) {
    for (const Member& member : members) {
      told.absent.push_back({member.key, {.kind = NodeKind::kAbsent}});
    }
  }

  // The members that stay and have something told of them. Where there is a `usual` time that is
  // what it does not explain, and what did not change.
  static PatchMembers TellInOrder(const Value& before, const Told& told,
                                  std::optional<int64_t> usual) {
    if (told.again.empty()) return told.changed;
    PatchMembers members;
    size_t again = 0;
    size_t changed = 0;
    size_t inserted = 0;
    for (size_t i = 0; i < before.members().size(); ++i) {
      const Member& member = before.members()[i];
      if (again < told.again.size() && told.again[again].place == i) {
        const int64_t time = told.again[again++].time;
        if (time != usual) members.push_back({member.key, Times(time)});
      } else if (changed < told.changed.size() && told.changed_places[changed] == i) {
        members.push_back(told.changed[changed++]);
      } else if (inserted < told.inserted.size() && told.inserted[inserted].node.place == i) {
        ++inserted;
      } else if (usual && HoldsLeaf(member.value)) {
        members.push_back({member.key, {}});
      }
    }
    return members;
  }

  Arena& arena_;
};

class Undoer {
 public:
  explicit Undoer(Arena& arena) : arena_(arena) {}

  std::optional<Value> Undo(const Value& after, const PatchNode& patch) {
    switch (patch.kind) {
      case NodeKind::kWhole:
        return patch.value;
      case NodeKind::kMembers:
        return patch.members.empty() ? after : UndoMembers(after, patch);
      case NodeKind::kTimes:
        return patch.members.empty() ? Written(after, patch.time) : UndoMembers(after, patch);
      case NodeKind::kAbsent:
      case NodeKind::kInserted:
        break;  // of members only
    }
    return std::nullopt;
  }

 private:
  // `value` with each leaf written at `time`.
  Value Written(const Value& value, int64_t time) {
    if (!value.is_container()) return Value(value.kind(), value.text(), time);
    if (value.is_object()) {
      Members members;
      for (const Member& member : value.members()) {
        members.push_back({member.key, Written(member.value, time)});
      }
      return Value::Object(arena_.Copy(absl::Span<const Member>(members)));
    }
    absl::InlinedVector<Value, 16> elements;
    for (const Value& element : value.elements()) elements.push_back(Written(element, time));
    return Value::Array(arena_.Copy(absl::Span<const Value>(elements)));
  }

  std::optional<Value> UndoMembers(const Value& after, const PatchNode& patch) {
    if (!after.is_object()) return std::nullopt;
    std::vector<const PatchNode*> patches(after.members().size());
    absl::InlinedVector<const PatchMember*, 8> inserted;
    MemberIndex places(after.members());
    for (const PatchMember& member : patch.members) {
      const auto place = places.Find(member.key);
      const bool is_inserted = member.node.kind == NodeKind::kInserted;
      if (is_inserted == place.has_value()) return std::nullopt;
      if (is_inserted) {
        inserted.push_back(&member);
      } else if (patches[*place] != nullptr) {
        return std::nullopt;
      } else {
        patches[*place] = &member.node;
      }
    }
    return Rebuild(after, patch, patches, inserted);
  }

  std::optional<Value> Rebuild(const Value& after, const PatchNode& patch,
                               const std::vector<const PatchNode*>& patches,
                               absl::Span<const PatchMember* const> inserted) {
    Members before;
    const auto insert = [&] {
      while (!inserted.empty() && inserted.front()->node.place == before.size()) {
        before.push_back({inserted.front()->key, inserted.front()->node.value});
        inserted.remove_prefix(1);
      }
    };
    for (size_t i = 0; i < patches.size(); ++i) {
      const Member& member = after.members()[i];
      if (patches[i] != nullptr && patches[i]->kind == NodeKind::kAbsent) continue;
      insert();
      if (patches[i] == nullptr) {
        const bool by_times = patch.kind == NodeKind::kTimes;
        before.push_back({member.key, by_times ? Written(member.value, patch.time) : member.value});
        continue;
      }
      const auto value = Undo(member.value, *patches[i]);
      if (!value) return std::nullopt;
      before.push_back({member.key, *value});
    }
    insert();
    if (!inserted.empty()) return std::nullopt;  // a place behind the end, or out of order
    return Value::Object(arena_.Copy(absl::Span<const Member>(before)));
  }

  Arena& arena_;
};

}  // namespace

PatchNode ReversePatch(const Value& before, const Value& after, Arena& arena) {
  return Reverser(arena).Reverse(before, after);
}

std::optional<Value> Undo(const Value& after, const PatchNode& patch, Arena& arena) {
  return Undoer(arena).Undo(after, patch);
}

}  // namespace history
