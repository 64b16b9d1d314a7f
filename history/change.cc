#include "history/change.h"

#include <algorithm>

namespace history {
namespace {

using shadow::Member;
using shadow::MemberIndex;
using shadow::Value;

bool Same(const Value& a, const Value& b, Listing listing) {
  if (IsOneValue(a, b)) return true;
  if (a.kind() != b.kind()) return false;
  if (!a.is_container()) {
    return a.text() == b.text() && (listing == Listing::kValues || a.timestamp() == b.timestamp());
  }
  return std::equal(a.members().begin(), a.members().end(), b.members().begin(), b.members().end(),
                    [listing](const Member& x, const Member& y) {
                      return x.key == y.key && Same(x.value, y.value, listing);
                    }) &&
         std::equal(a.elements().begin(), a.elements().end(), b.elements().begin(),
                    b.elements().end(),
                    [listing](const Value& x, const Value& y) { return Same(x, y, listing); });
}

class Lister {
 public:
  explicit Lister(Listing listing) : listing_(listing) {}

  void List(absl::string_view key, const Value& before, const Value& after) {
    if (IsOneValue(before, after)) return;
    path_.push_back(key);
    if (before.is_object() && after.is_object()) {
      ListMembers(before, after);
    } else if (!Same(before, after, listing_)) {
      ListReplaced(before, after);
    }
    path_.pop_back();
  }

  std::vector<LeafChange> Take() { return std::move(changes_); }

 private:
  void ListMembers(const Value& before, const Value& after) {
    const bool is_section = path_.size() == 1;  // an empty one is none
    if (listing_ == Listing::kWrites && !is_section && before.empty() != after.empty()) {
      AddSide(before.empty() ? before : after, SideOf(before.empty()));
    }
    MemberIndex places(before.members());
    for (const Member& member : after.members()) {
      if (const auto place = places.Find(member.key)) {
        List(member.key, before.members()[*place].value, member.value);
      } else {
        ListSide(member, &LeafChange::after);
      }
    }
    MemberIndex places_after(after.members());
    for (const Member& member : before.members()) {
      if (!places_after.Find(member.key)) ListGone(member);
    }
  }

  // Leaf by leaf it would look like one that was emptied, and stays as {}.
  void ListGone(const Member& member) {
    if (listing_ == Listing::kWrites) return ListSide(member, &LeafChange::before);
    path_.push_back(member.key);
    AddSide(member.value, &LeafChange::before);
    path_.pop_back();
  }

  // What is no object before and after.
  void ListReplaced(const Value& before, const Value& after) {
    if (listing_ == Listing::kValues || (!before.is_object() && !after.is_object())) {
      changes_.push_back({path_, &before, &after});
      return;
    }
    ListLeaves(after, &LeafChange::after);
    ListLeaves(before, &LeafChange::before);
  }

  using Side = const Value* LeafChange::*;
  static Side SideOf(bool before) { return before ? &LeafChange::before : &LeafChange::after; }

  // All that is within a member that is there on one side only.
  void ListSide(const Member& member, Side side) {
    path_.push_back(member.key);
    ListLeaves(member.value, side);
    path_.pop_back();
  }

  void ListLeaves(const Value& value, Side side) {
    if (!value.is_object() || value.empty()) return AddSide(value, side);
    for (const Member& inner : value.members()) ListSide(inner, side);
  }

  void AddSide(const Value& value, Side side) {
    changes_.emplace_back().path = path_;
    changes_.back().*side = &value;
  }

  const Listing listing_;
  Path path_;
  std::vector<LeafChange> changes_;
};

}  // namespace

std::vector<LeafChange> ListChanges(const shadow::Document& before, const shadow::Document& after,
                                    Listing listing) {
  Lister lister(listing);
  lister.List(kDesired, before.desired, after.desired);
  lister.List(kReported, before.reported, after.reported);
  return lister.Take();
}

bool Touches(absl::Span<const absl::string_view> path, absl::Span<const absl::string_view> other) {
  const size_t common = std::min(path.size(), other.size());
  return std::equal(path.begin(), path.begin() + static_cast<ptrdiff_t>(common), other.begin());
}

bool SameTexts(const Value& a, const Value& b) { return Same(a, b, Listing::kValues); }

}  // namespace history
