// What a page says: one frame, of JSON (docs/console-api.md, live). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "absl/strings/string_view.h"
#include "service/live/mqtt_session.h"
#include "service/live/roster_query.h"

namespace service {

inline constexpr int64_t kFrameIdMax = int64_t{1} << 53;
inline constexpr size_t kWindowRowsMax = 200;

struct Hello {
  std::string csrf;
};

struct FollowThings {
  RosterQuery query;
  size_t from = 0;
  size_t to = 0;
  bool anew = false;  // in today's order, also with the query of before
};
struct FollowShadow {
  std::string thing;
  std::string name;  // empty: the classic shadow
};
struct FollowTrace {
  std::string thing;
};
struct FollowMqtt {
  std::string filter;
  int qos = 0;
};
struct FollowFaults {};
struct FollowHealth {};
struct FollowRefusals {};
struct Leave {};

struct PageFrame {
  int64_t id = 0;  // 0: of hello, which has none
  std::variant<Hello, FollowThings, FollowShadow, FollowTrace, FollowMqtt, FollowFaults,
               FollowHealth, FollowRefusals, Leave, MqttPublish>
      asks;
};

// What is wrong with one.
struct FrameFault {
  int64_t id = 0;  // 0: it does not say
  std::string why;
};

// Members that are not known are left out of account.
std::variant<PageFrame, FrameFault> ReadFrame(absl::string_view text);

// `{"id":4,"error":"…"}`, without an id of 0.
std::string ErrorFrame(int64_t id, absl::string_view why);
// `{"id":4,"lost":17}`
std::string LostFrame(int64_t id, uint64_t lost);
// The front of what is told of `id` at `at_ms`, up to further members: `{"id":4,"at":…`
std::string FrameFront(int64_t id, int64_t at_ms);

}  // namespace service
