// Carries out what a trial asks for: on the shadow and the bench over HTTPS, and on the device.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "advise/subject.h"
#include "advise/trial.h"
#include "cli/advise/device_command.h"
#include "cli/shadow/https_client.h"

namespace cli {

class Hands {
 public:
  // `device` outlives it. `client_id`: how the device calls itself, for its policies.
  Hands(HttpsClient client, DeviceCommand& device, std::string client_id)
      : client_(std::move(client)), device_(device), client_id_(std::move(client_id)) {}

  // Before a scenario: nothing is desired, and the device runs, unless `starts`: the scenario
  // begins with that. Of the two states of `subject` that one becomes `other` that the device
  // reports now.
  absl::Status Prepare(bool starts, advise::Subject& subject);

  // `found`: what is wrong with its policies, if they were to be looked at.
  absl::Status Do(const advise::Action& action, const advise::Subject& subject,
                  std::vector<std::string>& found);

  // After a scenario: ends the fault plans that it started, and sets the clock right.
  absl::Status CleanUp();

 private:
  absl::Status MoveClock(const std::string& change);
  absl::Status LookAtPolicies(const std::string& thing, std::vector<std::string>& found) const;

  HttpsClient client_;
  DeviceCommand& device_;
  const std::string client_id_;
  std::vector<std::string> plans_{};
  bool is_clock_moved_ = false;
};

}  // namespace cli
