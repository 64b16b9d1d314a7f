// What a device asks of fleet provisioning over MQTT (F1 to F7): a certificate, and to become what
// a template says. Pure: performed on the account as an operation is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "control/operation.h"
#include "provisioning/expression.h"

namespace control {

struct DeviceAsks {
  enum class Verb : uint8_t { kCreateKeys, kCreateFromCsr, kProvision };

  Verb verb = Verb::kCreateKeys;
  std::string template_name{};  // of kProvision
  std::string payload{};        // JSON; empty counts as {}
  std::string client_id{};
  std::string principal{};  // of the connection: a certificate's id, or an access key's
};

// F6
struct DeviceRefusal {
  int status = 400;
  absl::string_view code;  // lives as long as the program
  std::string message;
};

// What a template's hook is asked (F12), as AWS words it.
struct HookQuestion {
  std::string payload;
};

// What it says: whether the device may be provisioned, and with which parameters besides.
struct HookVerdict {
  bool allowed = false;
  provisioning::Texts overrides{};
};

// InvalidArgument for what is no verdict.
absl::StatusOr<HookVerdict> ReadHookVerdict(absl::string_view json);

// A question: somebody has to ask it, and then to perform the same again with the verdict, as the
// account may have changed meanwhile.
std::variant<Done, DeviceRefusal, HookQuestion> AnswerDevice(
    const DeviceAsks& asks, const std::optional<HookVerdict>& verdict, const Account& account,
    const Surroundings& here);

}  // namespace control
