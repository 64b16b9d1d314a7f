#include "service/live/roster.h"

#include <algorithm>

#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "shadow/json.h"

namespace service {

Roster::Place Roster::PlaceOf(absl::string_view thing) {
  const auto found = by_place_.find(thing);
  if (found != by_place_.end()) return *found;
  const auto place = static_cast<Place>(rows_.size());
  rows_.push_back({.name = std::string(thing)});
  ++gone_;  // until it is there
  by_place_.insert(place);
  const auto less = [this](Place a, absl::string_view name) { return rows_[a].name < name; };
  by_name_.insert(std::lower_bound(by_name_.begin(), by_name_.end(), thing, less), place);
  return place;
}

Roster::Place Roster::Change(absl::string_view thing, absl::FunctionRef<void(RosterRow&)> change) {
  const Place place = PlaceOf(thing);
  RosterRow& row = rows_[place];
  const bool was_there = row.is_there();
  change(row);
  if (was_there && !row.is_there()) ++gone_;
  if (!was_there && row.is_there()) --gone_;
  return place;
}

void Roster::ChangeAll(absl::FunctionRef<void(RosterRow&)> change) {
  gone_ = 0;
  for (RosterRow& row : rows_) {
    change(row);
    if (!row.is_there()) ++gone_;
  }
}

void Roster::Reserve(size_t things) {
  rows_.reserve(things);
  by_name_.reserve(things);
  by_place_.reserve(things);
}

const RosterRow* Roster::Find(absl::string_view thing) const {
  const auto found = by_place_.find(thing);
  if (found == by_place_.end() || !rows_[*found].is_there()) return nullptr;
  return &rows_[*found];
}

size_t Roster::bytes() const {
  size_t bytes = rows_.capacity() * sizeof(RosterRow) + by_name_.capacity() * sizeof(Place) +
                 by_place_.bucket_count() * (sizeof(Place) + 1);
  for (const RosterRow& row : rows_) {
    if (row.name.capacity() >= sizeof(std::string) / 2) bytes += row.name.capacity() + 1;
  }
  return bytes;
}

std::string RowJson(const RosterRow& row) {
  std::string out = "{\"thing\":";
  shadow::PrintJsonString(row.name, out);
  absl::StrAppend(&out, ",\"connected\":", row.connected() ? "true" : "false");
  if (row.since != 0) absl::StrAppend(&out, ",\"since\":", row.since);
  if (row.last_seen != 0) absl::StrAppend(&out, ",\"lastSeen\":", row.last_seen);
  absl::StrAppend(&out, ",\"shadows\":", row.shadows, ",\"differing\":", row.differing);
  if (row.updated != 0) absl::StrAppend(&out, ",\"updated\":", row.updated);
  absl::StrAppend(&out, ",\"registered\":", row.registered ? "true" : "false", "}");
  return out;
}

}  // namespace service
