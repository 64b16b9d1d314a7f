// What is kept for a shadow: its document while it lives, a tombstone for two days after.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "shadow/json.h"
#include "shadow/limits.h"

namespace shadow {

// A section without members does not exist (C9), so {} stands for "not there".
struct Document {
  Value desired{};
  Value reported{};
  int64_t version = 0;     // 1 and up (G1)
  int64_t updated_at = 0;  // epoch seconds of the update that made this version
};

// Keeps the version line from starting over when the shadow is made again (G6).
struct Tombstone {
  int64_t version = 0;     // that of the deleted document, plus one
  int64_t deleted_at = 0;  // epoch seconds
};

using Record = std::variant<Document, Tombstone>;

inline bool IsExpired(const Tombstone& tombstone, int64_t now) {
  return tombstone.deleted_at <= now - kTombstoneSeconds;  // G7
}

// `record` as it counts at `now`: an expired tombstone is nothing.
inline std::optional<Record> AsOf(std::optional<Record> record, int64_t now) {
  if (record && std::holds_alternative<Tombstone>(*record) &&
      IsExpired(std::get<Tombstone>(*record), now)) {
    return std::nullopt;
  }
  return record;
}

// The live document, or null.
inline const Document* LiveDocument(const std::optional<Record>& record) {
  return record ? std::get_if<Document>(&*record) : nullptr;
}

// The version that an update builds on: 0 where there was never a shadow (G4, Q13).
inline int64_t CurrentVersion(const std::optional<Record>& record) {
  if (!record) return 0;
  return std::visit([](const auto& any) { return any.version; }, *record);
}

}  // namespace shadow
