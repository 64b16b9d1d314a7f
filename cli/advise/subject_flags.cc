#include "cli/advise/subject_flags.h"

#include <algorithm>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "cli/flags.h"
#include "cli/shadow/call.h"
#include "shadow/arena.h"
#include "shadow/id.h"
#include "shadow/json.h"

ABSL_FLAG(std::string, state, "",
          "JSON: a state that the device can be in; {\"power\":\"on\"} if not given");
ABSL_FLAG(std::string, other, "",
          "JSON: another one, of the same members; {\"power\":\"off\"} if not given");

namespace cli {
namespace {

absl::StatusOr<shadow::Value> ReadState(absl::string_view flag, const std::string& text,
                                        shadow::Arena& arena) {
  const auto json = shadow::IsUtf8(text) ? shadow::ParseWholeJson(text, 0, arena) : std::nullopt;
  if (json && json->is_object() && !json->empty()) return *json;
  return absl::InvalidArgumentError(absl::StrCat(
      "--", flag, ": \"", text, "\" is no JSON object with a member, such as {\"power\":\"on\"}"));
}

std::vector<absl::string_view> KeysOf(const shadow::Value& object) {
  std::vector<absl::string_view> keys;
  for (const shadow::Member& member : object.members()) keys.push_back(member.key);
  std::sort(keys.begin(), keys.end());
  return keys;
}

absl::Status CheckStates(const std::string& state, const std::string& other) {
  shadow::Arena arena;
  const auto first = ReadState("state", state, arena);
  if (!first.ok()) return first.status();
  const auto second = ReadState("other", other, arena);
  if (!second.ok()) return second.status();
  if (KeysOf(*first) != KeysOf(*second)) {
    return absl::InvalidArgumentError(
        "--state and --other must have the same members, with other values");
  }
  for (const shadow::Member& member : first->members()) {
    const auto& members = second->members();
    const auto same = std::find_if(members.begin(), members.end(), [&](const shadow::Member& each) {
      return each.key == member.key;
    });
    if (shadow::SameValue(member.value, same->value)) {
      return absl::InvalidArgumentError(absl::StrCat(
          "--state and --other: ", member.key, " is the same in both; each member must differ"));
    }
  }
  return absl::OkStatus();
}

std::string Or(const std::string& text, absl::string_view otherwise) {
  return text.empty() ? std::string(otherwise) : text;
}

}  // namespace

absl::StatusOr<advise::Subject> SubjectFromFlags() {
  const std::vector<std::string> things = absl::GetFlag(FLAGS_thing).values;
  if (things.size() != 1 || !shadow::IsThingName(things[0])) {
    return absl::InvalidArgumentError(
        "whose device? Give --thing THING once, 1 to 128 of [a-zA-Z0-9:_-]");
  }
  const std::string name = absl::GetFlag(FLAGS_name);
  if (!name.empty() && !shadow::IsShadowName(name)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--name: \"", name, "\" must be 1 to 64 of [$a-zA-Z0-9:_-]"));
  }
  advise::Subject subject{.thing = things[0],
                          .shadow = name,
                          .state = Or(absl::GetFlag(FLAGS_state), R"({"power":"on"})"),
                          .other = Or(absl::GetFlag(FLAGS_other), R"({"power":"off"})")};
  if (absl::Status status = CheckStates(subject.state, subject.other); !status.ok()) return status;
  return subject;
}

}  // namespace cli
