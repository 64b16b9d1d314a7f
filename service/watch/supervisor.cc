#include "service/watch/supervisor.h"

#include <systemd/sd-daemon.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace service::supervisor {
namespace {

// The environment is kept: what it says holds for the whole life of the process.
void Tell(const std::string& state) { sd_notify(/*unset_environment=*/0, state.c_str()); }

}  // namespace

void Ready() { Tell("READY=1"); }
void Status(absl::string_view line) { Tell(absl::StrCat("STATUS=", line)); }
void Stopping() { Tell("STOPPING=1"); }

}  // namespace service::supervisor
