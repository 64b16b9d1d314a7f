// The actions a policy speaks of and the kind of resource each is asked for.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace policy {

enum class Action : uint8_t {
  kConnect,
  kPublish,
  kRetainPublish,
  kSubscribe,
  kReceive,
  kGetThingShadow,
  kUpdateThingShadow,
  kDeleteThingShadow,
  kListNamedShadowsForThing,
  kGetRetainedMessage,
  kListRetainedMessages,
  kDeleteConnection,
};

enum class ResourceKind : uint8_t { kClient, kTopic, kTopicFilter, kThing };

// Actions as bits, so that a statement is asked in one step whether it speaks of an action.
using ActionSet = uint32_t;
constexpr ActionSet Bit(Action action) { return ActionSet{1} << static_cast<unsigned>(action); }

// "iot:Publish" and so on.
absl::string_view ActionName(Action action);

// Nothing for a name that is not ActionName of any; letter case does not matter.
std::optional<Action> FindAction(absl::string_view name);

// All of them, in their order.
absl::Span<const Action> AllActions();

// Connect and DeleteConnection ask for a client; the publishing and retained ones and Receive for a
// topic; Subscribe for a filter; the shadow ones for a thing.
ResourceKind KindOf(Action action);

// "client", "topic", "topicfilter" or "thing".
absl::string_view KindName(ResourceKind kind);

// The actions that `pattern` (a name, perhaps with `*` and `?`) stands for; letter case does not
// matter. Empty set: names of AWS that are asked for by name (evaluate.h) or not at all, such as
// those of jobs. Nothing: no action of AWS IoT's policies is called so.
std::optional<ActionSet> MatchActions(absl::string_view pattern);

}  // namespace policy
