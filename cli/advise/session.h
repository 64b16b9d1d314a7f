// Scenarios on one device: the trial says what is to be done and comes to the verdict, and here are
// the hands that do it and the witness that sees what comes of it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/flags/declare.h"
#include "absl/status/statusor.h"
#include "advise/scenario.h"
#include "advise/subject.h"
#include "advise/trial.h"
#include "cli/advise/device_command.h"
#include "cli/advise/hands.h"
#include "cli/advise/witness.h"

namespace cli {

class Session {
 public:
  // By the flags. From then on the device is observed, and an interrupt ends a scenario.
  static absl::StatusOr<Session> FromFlags();

  const std::string& thing() const { return subject_.thing; }
  uint64_t seed() const { return seed_; }
  static bool IsInterrupted();

  // Nothing of it stays but what the device has become.
  advise::Verdict Try(const advise::Scenario& scenario);

  // The command that tries it again.
  std::string RepeatCommand(const std::string& scenario) const;

 private:
  Session(advise::Subject subject, uint64_t seed, HttpsClient client,
          std::unique_ptr<Witness> witness);
  std::string WhatIsMissing(const advise::Scenario& scenario) const;
  void Attend(advise::Trial& trial, const advise::Subject& subject);

  advise::Subject subject_;
  uint64_t seed_;
  std::unique_ptr<Witness> witness_;
  std::unique_ptr<DeviceCommand> device_;
  Hands hands_;
  size_t tried_ = 0;
};

}  // namespace cli
