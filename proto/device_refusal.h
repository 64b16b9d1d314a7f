// How requests beyond shadows are refused: the payloads of `…/rejected`, as JSON. What refuses them
// for reasons of its own, and what does so before anybody has looked into them, words them alike.
#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "proto/device_topic.h"

namespace proto {

// J9. `token`: the request's as a JSON string with its quotes; empty: it had none. `state`: of the
// execution, as JSON; empty: the refusal does not tell it. `now`: epoch seconds.
std::string WordJobRefusal(absl::string_view code, absl::string_view message,
                           absl::string_view token, int64_t now, absl::string_view state = "");

// K8.
std::string WordCommandRefusal(absl::string_view error, absl::string_view message,
                               absl::string_view execution_id);

// F6.
std::string WordProvisioningRefusal(int status, absl::string_view code, absl::string_view message);

// Why a request is refused that nobody has looked into.
enum class DeviceFault : uint8_t { kTooLarge, kThrottled, kInternal };

std::string WordDeviceRefusal(const DeviceTopic& topic, DeviceFault fault, absl::string_view token,
                              int64_t now);

}  // namespace proto
