// The command that is, or starts, the device under test (--run), and the one that cuts its power
// and gives it back (--power).
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "absl/status/status.h"

namespace cli {

class DeviceCommand {
 public:
  // Empty: there is none. `thing` is told to both in SHADOW_THING. Makes this process the one that
  // adopts what its children leave.
  DeviceCommand(std::string run, std::string power, std::string thing);
  DeviceCommand(const DeviceCommand&) = delete;
  DeviceCommand& operator=(const DeviceCommand&) = delete;
  ~DeviceCommand();  // ends what runs

  bool can_start() const { return !run_.empty(); }
  bool can_cut_power() const { return !run_.empty() || !power_.empty(); }

  // What runs is asked to end, killed if it does not within 5 s, and started anew.
  absl::Status Start();
  // The same if nothing runs.
  absl::Status StartIfEnded();
  // What runs is killed and started again, or the power command run to its end.
  absl::Status CutPower();

  // How the command that was started has ended by itself: "ended with exit code 1". Told once.
  std::optional<std::string> TakeEnd();

 private:
  absl::Status Begin();
  void End(bool gently);

  const std::string run_;
  const std::string power_;
  const std::string thing_;
  pid_t process_ = 0;  // and its group; 0: none runs
};

}  // namespace cli
