// Records as a seed wants them: every kind of value, deep and flat, old and new timestamps.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "shadow/arena.h"
#include "shadow/document.h"
#include "storage/record.h"

namespace storage {

class RandomRecord {
 public:
  RandomRecord(uint64_t seed, shadow::Arena& arena) : random_(seed), arena_(arena) {}

  shadow::Record Next() {
    if (Below(8) == 0) return shadow::Tombstone{Version(), Below(2'000'000'000)};
    shadow::Document document;
    document.version = Version();
    document.updated_at = Below(2'000'000'000);
    document.desired = Section(document.updated_at);
    document.reported = Section(document.updated_at);
    return document;
  }

  shadow::Value Section(int64_t updated_at) { return Object(0, updated_at); }
  shadow::Value Any(int64_t updated_at) { return Any(3, updated_at); }
  int64_t Timestamp(int64_t updated_at) {
    switch (Below(4)) {
      case 0:
        return updated_at;
      case 1:
        return updated_at - Below(100'000);
      case 2:
        return updated_at + Below(1000);  // a clock that was set back
      default:
        return static_cast<int64_t>(random_());
    }
  }
  int64_t Version() { return Below(2) == 0 ? 1 + Below(300) : INT64_MAX - Below(300); }

  RecordHead Head() {
    if (Below(4) == 0) return {};
    const auto last = random_() >> Below(64);
    return {.differs = Below(2) == 0,
            .last_change = last,
            .last_wish = Below(2) == 0 ? last : last / 2};
  }

  int64_t Below(int64_t bound) {
    return std::uniform_int_distribution<int64_t>(0, bound - 1)(random_);
  }

 private:
  absl::string_view Text() {
    std::string text;
    shadow::PrintJsonString(std::string(static_cast<size_t>(Below(50)), 'x'), text);
    return arena_.Copy(text);
  }

  shadow::Value Any(int depth, int64_t updated_at) {
    const int64_t time = Timestamp(updated_at);
    switch (Below(depth < 6 ? 9 : 6)) {
      case 0:
        return shadow::Value(shadow::Kind::kNull, "null", time);
      case 1:
        return shadow::Value(shadow::Kind::kTrue, "true", time);
      case 2:
        return shadow::Value(shadow::Kind::kFalse, "false", time);
      case 3:
      case 4:
        return shadow::Value(shadow::Kind::kNumber,
                             arena_.Copy(absl::StrCat(static_cast<int64_t>(random_()))), time);
      case 5:
        return shadow::Value(shadow::Kind::kString, Text(), time);
      case 6:
        return Array(depth, updated_at);
      default:
        return Object(depth, updated_at);
    }
  }

  shadow::Value Object(int depth, int64_t updated_at) {
    std::vector<shadow::Member> members(static_cast<size_t>(Below(depth == 0 ? 50 : 6)));
    size_t place = 0;
    for (shadow::Member& member : members) {
      member = {arena_.Copy(absl::StrCat("\"", place++, "\"")), Any(depth + 1, updated_at)};
    }
    return shadow::Value::Object(arena_.Copy(absl::MakeConstSpan(members)));
  }

  shadow::Value Array(int depth, int64_t updated_at) {
    std::vector<shadow::Value> elements(static_cast<size_t>(Below(5)));
    for (shadow::Value& element : elements) element = Any(depth + 1, updated_at);
    return shadow::Value::Array(arena_.Copy(absl::MakeConstSpan(elements)));
  }

  std::mt19937_64 random_;
  shadow::Arena& arena_;
};

}  // namespace storage
