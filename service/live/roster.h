// All things that there are, a row each: what a list of them tells (docs/console-api.md, ROW).
// Pure.
//
// A row keeps its place while the roster lives, also when its thing is gone; places that are
// lost so are won back by making another roster.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"

namespace service {

struct RosterRow {
  std::string name;
  // Epoch seconds, until 2106; 0: not known.
  uint32_t since = 0;      // when it came, or went
  uint32_t last_seen = 0;  // the latest that was heard of it
  uint32_t updated = 0;    // of its newest shadow
  uint32_t shadows = 0;
  uint32_t differing = 0;  // of those
  uint32_t clients = 0;    // that are connected and stand for it
  bool registered = false;

  bool is_there() const { return registered || shadows > 0 || clients > 0; }
  bool connected() const { return clients > 0; }
};

class Roster {
 public:
  using Place = uint32_t;

  Roster() : by_place_(0, Hash{&rows_}, Same{&rows_}) {}
  Roster(const Roster&) = delete;
  Roster& operator=(const Roster&) = delete;

  // Changes the row of a thing, which is made if it is not there. Gives its place.
  Place Change(absl::string_view thing, absl::FunctionRef<void(RosterRow&)> change);
  // Changes each row, of things that are gone too.
  void ChangeAll(absl::FunctionRef<void(RosterRow&)> change);
  // For a roster that is being made: rows by name, each name once.
  void Reserve(size_t things);

  // Null: there is no such thing.
  const RosterRow* Find(absl::string_view thing) const;

  const RosterRow& at(Place place) const { return rows_[place]; }
  size_t places() const { return rows_.size(); }
  // Of all rows, those of things that are gone included, in the order of names.
  const std::vector<Place>& by_name() const { return by_name_; }
  // So many are gone that it should be made anew.
  bool is_worn() const { return gone_ > kGoneLeast + rows_.size() / 4; }

  size_t bytes() const;  // of memory

 private:
  static constexpr size_t kGoneLeast = 4096;

  struct Hash {
    using is_transparent = void;
    size_t operator()(Place place) const { return (*this)((*rows)[place].name); }
    size_t operator()(absl::string_view name) const { return absl::HashOf(name); }
    const std::vector<RosterRow>* rows;
  };
  struct Same {
    using is_transparent = void;
    bool operator()(Place a, Place b) const { return a == b; }
    bool operator()(Place a, absl::string_view b) const { return (*rows)[a].name == b; }
    bool operator()(absl::string_view a, Place b) const { return (*rows)[b].name == a; }
    const std::vector<RosterRow>* rows;
  };

  Place PlaceOf(absl::string_view thing);

  std::vector<RosterRow> rows_;
  absl::flat_hash_set<Place, Hash, Same> by_place_;
  std::vector<Place> by_name_;
  size_t gone_ = 0;
};

// "lamp" as a ROW of docs/console-api.md.
std::string RowJson(const RosterRow& row);

}  // namespace service
