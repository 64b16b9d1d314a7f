// Which things are asked for, and in which order (docs/console-api.md). Pure.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "service/live/roster.h"

namespace service {

class RosterQuery {
 public:
  static constexpr size_t kBytesMax = 1024;
  static constexpr size_t kWordsMax = 16;

  // InvalidArgument says what is neither a word nor an order. An empty `sort` is "name".
  static absl::StatusOr<RosterQuery> Parse(absl::string_view words, absl::string_view sort);

  bool Matches(const RosterRow& row) const;

  // Whether one comes before the other. No two are alike: where the rest is, names decide.
  bool IsBefore(const RosterRow& a, const RosterRow& b) const {
    return IsBefore(KeyOf(a), a.name, KeyOf(b), b.name);
  }

  // Where a page of things ended: it goes on behind that, whatever has become of that thing.
  std::string PlaceOf(const RosterRow& row) const;
  // InvalidArgument: PlaceOf has not made it.
  absl::StatusOr<RosterRow> ReadPlace(absl::string_view place) const;

  // A number by which rows can be brought into the order, of those that names are not to decide.
  uint32_t RankOf(const RosterRow& row) const { return descending_ ? ~KeyOf(row) : KeyOf(row); }

  bool is_by_name() const { return sort_ == Sort::kName; }
  bool is_descending() const { return descending_; }

  friend bool operator==(const RosterQuery&, const RosterQuery&) = default;

 private:
  enum class Sort : uint8_t { kName, kUpdated, kLastSeen, kDiffering };

  // One word; letters of ASCII are alike in both cases.
  struct Word {
    enum class Kind : uint8_t { kPart, kWhole, kConnected, kHasDelta };
    Kind kind = Kind::kPart;
    std::string text{};  // lower case; of kWhole with wildcards
    bool wanted = false;
    friend bool operator==(const Word&, const Word&) = default;
  };

  static absl::StatusOr<Word> ParseWord(absl::string_view word);
  uint32_t KeyOf(const RosterRow& row) const;
  void SetKey(uint32_t key, RosterRow& row) const;
  bool IsBefore(uint32_t key, absl::string_view name, uint32_t other_key,
                absl::string_view other) const;

  std::vector<Word> words_;
  Sort sort_ = Sort::kName;
  bool descending_ = false;
};

}  // namespace service
