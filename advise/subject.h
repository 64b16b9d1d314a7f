// The device under test: whose shadow it is, and two states that it can be in.
#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "policy/json_tree.h"
#include "shadow/id.h"

namespace advise {

// "$shadow" at the beginning of a topic of a scenario stands for the device's shadow, so do
// "$state" and "$other" for a document (docs/advise.md).
struct Subject {
  std::string thing;
  std::string shadow{};  // empty: the classic one
  std::string state;     // a JSON object: what it is not now, and will be if that is desired
  std::string other;     // what it is now, or goes back to

  shadow::ShadowId id() const { return {thing, shadow}; }
};

// A topic, or a filter, of a scenario as it is for this device.
std::string TopicOf(absl::string_view topic, const Subject& subject);

// JSON of a scenario with what stands for something replaced. `n` is what "$n" is.
std::string ValueOf(const policy::Node& value, const Subject& subject, uint64_t n = 0);

// The same of a document, of which a list is the objects whose members are put together.
std::string DocumentOf(const policy::Node& document, const Subject& subject, uint64_t n = 0);

// Whether `whole` is an object that has all members of `part`, each with an equal value or an
// object of which that holds, too. Both are JSON objects, else it is false.
bool Contains(absl::string_view whole, absl::string_view part);

}  // namespace advise
