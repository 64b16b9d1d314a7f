#include "cli/advise/device_command.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cli/world/process.h"

namespace cli {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(5);

}  // namespace

DeviceCommand::DeviceCommand(std::string run, std::string power, std::string thing)
    : run_(std::move(run)), power_(std::move(power)), thing_(std::move(thing)) {
  AdoptDescendants();
}

DeviceCommand::~DeviceCommand() { End(/*gently=*/true); }

absl::Status DeviceCommand::Start() {
  End(/*gently=*/true);
  return Begin();
}

absl::Status DeviceCommand::StartIfEnded() {
  return process_ == 0 && can_start() ? Begin() : absl::OkStatus();
}

absl::Status DeviceCommand::CutPower() {
  if (power_.empty()) {
    End(/*gently=*/false);
    return Begin();
  }
  const auto process =
      StartProcess({.command = {"sh", "-c", power_}, .environment = {{"SHADOW_THING", thing_}}});
  if (!process.ok()) return process.status();
  int status = 0;
  waitpid(*process, &status, 0);
  if (const int code = ShellCode(status); code != 0) {
    return absl::AbortedError(absl::StrCat("--power: ", power_, " ended with exit code ", code));
  }
  return absl::OkStatus();
}

absl::Status DeviceCommand::Begin() {
  // What it says is not what we say.
  const auto process = StartProcess({.command = {"sh", "-c", absl::StrCat("exec 1>&2\n", run_)},
                                     .environment = {{"SHADOW_THING", thing_}},
                                     .own_group = true});
  if (process.ok()) process_ = *process;
  return process.status();
}

// The whole group: a shell that was asked ends at once, and what it started is ours then.
void DeviceCommand::End(bool gently) {
  if (process_ == 0) return;
  const absl::Time deadline = absl::Now() + kPatience;
  if (gently) kill(-process_, SIGTERM);
  while (gently && waitpid(-process_, nullptr, WNOHANG) >= 0 && absl::Now() < deadline) {
    absl::SleepFor(absl::Milliseconds(2));
  }
  kill(-process_, SIGKILL);
  while (waitpid(-process_, nullptr, 0) >= 0 || errno == EINTR) {
  }
  process_ = 0;
}

std::optional<std::string> DeviceCommand::TakeEnd() {
  int status = 0;
  if (process_ == 0 || waitpid(process_, &status, WNOHANG) != process_) return std::nullopt;
  kill(-process_, SIGKILL);  // what it left behind
  process_ = 0;
  return absl::StrCat("ended with exit code ", ShellCode(status));
}

}  // namespace cli
