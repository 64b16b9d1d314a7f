#include "cli/history/plan.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/json_text.h"

namespace cli {
namespace {

// A part of an update's state on its way to JSON.
struct Branch {
  std::optional<std::string> value;      // what stands there now
  bool removed = false;                  // what stood there is gone
  std::vector<std::string> names;        // of members that changed, in the order of the changes
  std::vector<Branch> members;           // as `names`
  std::map<std::string, size_t> places;  // in both

  Branch& At(const std::string& name) {
    const auto [place, is_new] = places.try_emplace(name, names.size());
    if (is_new) {
      names.push_back(name);
      members.emplace_back();
    }
    return members[place->second];
  }

  bool HasValues() const {
    return value || std::any_of(members.begin(), members.end(),
                                [](const Branch& member) { return member.HasValues(); });
  }

  // An object that took a value's place is told by its members, an emptied one by their nulls.
  std::string Json() const {
    if (value && (value != "{}" || members.empty())) return *value;
    if (removed && !HasValues()) return "null";
    std::vector<JsonText::Member> texts;
    for (size_t i = 0; i < names.size(); ++i) {
      texts.emplace_back(names[i], JsonText::Raw(members[i].Json()));
    }
    return JsonText::Object(texts).text();
  }
};

bool IsWanted(const Change& change, ReplaySide side) {
  if (side == ReplaySide::kBoth) return true;
  return (change.path[0] == "desired") == (side == ReplaySide::kCloud);
}

// The update that makes the entry's changes; empty if none of them is wanted.
std::string BodyOf(const Entry& entry, ReplaySide side) {
  Branch state;
  for (const Change& change : entry.changes) {
    if (!IsWanted(change, side)) continue;
    Branch* branch = &state;
    for (const std::string& name : change.path) branch = &branch->At(name);
    branch->value = change.after;
    branch->removed = !change.after;
  }
  if (state.members.empty()) return "";
  std::vector<JsonText::Member> members = {{"state", JsonText::Raw(state.Json())}};
  if (!entry.author.token.empty()) {
    members.push_back({"clientToken", JsonText::String(entry.author.token)});
  }
  return JsonText::Object(members).text();
}

// Entries without events, in the order in which they happened.
void PutInOrder(std::vector<Entry>& entries) {
  entries.erase(std::remove_if(entries.begin(), entries.end(),
                               [](const Entry& entry) { return entry.is_event(); }),
                entries.end());
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.change < b.change; });
}

// Leaves only the newest life of each shadow: in one, versions rise from change to change.
void KeepNewestLives(std::vector<Entry>& entries) {
  std::map<std::pair<std::string, std::string>, int64_t> oldest;  // version so far; 0: it has begun
  std::vector<Entry> kept;
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    const auto place = oldest.try_emplace({entry->thing, entry->name}, INT64_MAX).first;
    place->second = entry->version < place->second ? entry->version : 0;
    if (place->second > 0) kept.push_back(std::move(*entry));
  }
  entries.assign(std::make_move_iterator(kept.rbegin()), std::make_move_iterator(kept.rend()));
}

absl::Status CheckTarget(const std::vector<Entry>& entries, const std::string& thing) {
  if (thing.empty()) return absl::OkStatus();
  for (const Entry& entry : entries) {
    if (entry.thing == thing) {
      return absl::InvalidArgumentError(absl::StrCat(
          "it happened to ", thing, " itself: to change that again, say --same-thing"));
    }
    if (entry.thing != entries.front().thing) {
      return absl::InvalidArgumentError(
          absl::StrCat("these are changes of several things, of ", entries.front().thing, " and ",
                       entry.thing, ", which cannot be made on one; --same-thing takes each"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<ReplayStep>> PlanReplay(std::vector<Entry> entries,
                                                   const ReplayWishes& wishes) {
  PutInOrder(entries);
  if (auto status = CheckTarget(entries, wishes.thing); !status.ok()) return status;
  if (wishes.from != 0 || wishes.to != 0) KeepNewestLives(entries);
  const int64_t newest = entries.empty() ? 0 : entries.back().version;
  const int64_t from = wishes.from < 0 ? newest + wishes.from : wishes.from;
  const int64_t to = wishes.to < 0 ? newest + wishes.to : wishes.to;
  std::vector<ReplayStep> steps;
  int64_t first_time = 0;
  absl::Duration after;
  for (const Entry& entry : entries) {
    if (entry.version < from || (to != 0 && entry.version > to)) continue;
    const bool deletes = entry.kind == "delete";
    std::string body = deletes ? "" : BodyOf(entry, wishes.side);
    if (deletes ? wishes.side == ReplaySide::kDevice : body.empty()) continue;
    if (steps.empty()) first_time = entry.timestamp;
    // A clock that was set back does not turn the order round.
    if (wishes.speed > 0) {
      after = std::max(after, absl::Seconds(entry.timestamp - first_time) / wishes.speed);
    }
    steps.push_back({after, wishes.thing.empty() ? entry.thing : wishes.thing, entry.name,
                     entry.version, std::move(body)});
  }
  if (steps.empty()) return absl::NotFoundError("there is nothing to be played again");
  return steps;
}

}  // namespace cli
