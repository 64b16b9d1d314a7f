#include "service/console/console.h"

#include <unistd.h>

#include "absl/strings/str_cat.h"

namespace service {

Console::Console(const ConsoleSettings& settings, const Surroundings& here)
    : users_(settings.users_file, here.log),
      sessions_(users_, here.registry, here.machine_now),
      door_(sessions_, users_, here.http_port, here.log),
      preview_(here.store, here.limits, here.now) {}

absl::StatusOr<std::unique_ptr<Console>> Console::Open(const ConsoleSettings& settings,
                                                       const Surroundings& here) {
  const bool has_users = access(settings.users_file.c_str(), F_OK) == 0;
  if (settings.mode == ConsoleMode::kOff || (settings.mode == ConsoleMode::kAuto && !has_users)) {
    return nullptr;
  }
  std::unique_ptr<Console> console(new Console(settings, here));
  if (const absl::Status loaded = console->users_.Load(); !loaded.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("--console_users: ", loaded.message()));
  }
  if (settings.token_file.empty()) return console;
  if (const absl::Status made = console->door_.MakeToken(settings.token_file); !made.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("--console_token_file: ", made.message()));
  }
  return console;
}

}  // namespace service
