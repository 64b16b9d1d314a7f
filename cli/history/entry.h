// An entry of a shadow's history as the service words it (docs/https.md), and as a line of an
// incident file holds it: who changed what, or what happened to the thing's connection.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/shadow/members.h"
#include "shadow/json.h"

namespace cli {

// What is not known, or not for who asks, is empty.
struct Author {
  std::string way{};  // "mqtt", "websocket", "https", "admin", "console"
  std::string client_id{};
  std::string principal{};  // certificate id, access key id, user of the console
  std::string address{};
  std::string token{};  // the request's clientToken
};

// A section, and names as deep as any limit of shadowd lets a state be (storage/record.h).
inline constexpr size_t kPathNamesMax = 129;

// A value of the state that became another one, both as JSON; nothing: there was, or is, none.
struct Change {
  std::vector<std::string> path;  // "desired" or "reported" first
  std::optional<std::string> before;
  std::optional<std::string> after;
};

struct Entry {
  int64_t change = 0;   // its number, in the order of the whole store
  std::string kind;     // "update", ...; of an event "connected", "ended", "get"
  int64_t version = 0;  // that it made; of a get, that it was answered with
  int64_t timestamp = 0;
  std::string thing;
  std::string name;  // empty: the classic shadow
  std::string lane;  // "w": a wish changed, "r": only reports, "e": an event
  Author author;
  std::string reason;  // why a connection ended
  std::vector<Change> changes;

  bool is_event() const { return lane == "e"; }
};

// InvalidArgument names the member that is not as it must be.
absl::StatusOr<Entry> ReadEntry(const shadow::Value& json);
absl::StatusOr<Entry> ReadEntry(absl::string_view json);
Author ReadAuthor(Members& members);
absl::StatusOr<std::vector<Change>> ReadChanges(absl::Span<const shadow::Value> changes);

// A path as --path takes it: "desired.light.level", a dot in a name as "\.".
std::string PathText(absl::Span<const std::string> path);
// InvalidArgument for what begins neither with desired nor with reported.
absl::StatusOr<std::vector<std::string>> ReadPath(absl::string_view text);

}  // namespace cli
