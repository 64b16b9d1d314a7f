#include "cli/reload.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/types.h>

#include "absl/flags/flag.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "cli/flags.h"
#include "cli/text_file.h"

namespace cli {

absl::Status HaveReloaded(Call& call) {
  const std::string path = absl::GetFlag(FLAGS_reload);
  if (path.empty()) {
    if (!call.json) {
      call.err << "The broker takes it up when it is told to: kill -HUP its process, or give "
                  "--reload PIDFILE.\n";
    }
    return absl::OkStatus();
  }
  const std::string stays = "the broker was not told of the registry's state: ";
  const auto text = ReadTextFile(path);
  if (!text.ok()) {
    return absl::FailedPreconditionError(absl::StrCat(stays, text.status().message()));
  }
  pid_t pid = 0;
  if (!absl::SimpleAtoi(absl::StripAsciiWhitespace(*text), &pid) || pid < 1) {
    return absl::FailedPreconditionError(absl::StrCat(stays, path, " holds no process id"));
  }
  const auto name = ReadTextFile(absl::StrCat("/proc/", pid, "/comm"));
  if (!name.ok() || absl::StripAsciiWhitespace(*name) != "mosquitto") {
    return absl::FailedPreconditionError(
        absl::StrCat(stays, "process ", pid, " of ", path, " is no running mosquitto"));
  }
  if (kill(pid, SIGHUP) != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat(stays, "process ", pid, ": ", strerror(errno)));
  }
  return absl::OkStatus();
}

}  // namespace cli
