// What can go wrong, as it happens; and whom and what a rule is about.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "faults/reader.h"
#include "policy/pattern.h"
#include "proto/topic.h"
#include "shadow/id.h"

namespace faults {

// What a rule looks at.
enum class On : uint8_t { kConnect, kSubscribe, kRequest, kAnswer, kDeliver, kSession, kHttps };
inline constexpr size_t kOns = 7;

absl::string_view OnText(On on);  // "connect"

// Something that a rule may act on. What is not known, or does not go with `on`, is empty.
struct Event {
  On on;
  absl::string_view thing{};  // that the topic names; of connect and session: the client's
  std::optional<absl::string_view> shadow{};  // "" is the classic one
  std::optional<shadow::Operation> operation{};
  std::optional<proto::AnswerTopic> answer{};  // of an answer
  absl::string_view topic{};                   // of subscribe, request and deliver
  absl::string_view client{};
  absl::string_view certificate{};
  bool stands = false;  // connect: it stood already when the plan began
  bool begins = false;  // session: its client comes, or was there when the plan began; else it went

  // By which matches are counted: each client's, or each thing's.
  absl::string_view key() const;
};

// A text in which `*` and `?` stand for what they always do.
struct Glob {
  std::string text;
  policy::Pattern pattern;

  // InvalidArgument: it is none.
  static absl::StatusOr<Glob> Of(const std::string& text);
};

// A member that is not there does not matter.
struct Where {
  std::optional<Glob> thing{};
  std::optional<Glob> shadow{};
  std::optional<shadow::Operation> operation{};
  std::string topic{};  // of answers the end, "update/delta"; else an MQTT filter
  std::optional<Glob> client{};
  std::optional<Glob> certificate{};

  // `on`: the rule's, which is the event's.
  bool Matches(const Event& event) const;
  std::string Text() const;  // as JSON

  // The member "where" of a rule; fails as ParsePlan does.
  static absl::Status Read(const Reader& rule, On on, Where& where);
};

}  // namespace faults
