// Whether there is a console, and who is let in (docs/console.md).
#pragma once

#include <string>

namespace service {

enum class ConsoleMode {
  kOff,
  kOn,
  kAuto,  // on if the users' file is there when shadowd starts
};

struct ConsoleSettings {
  ConsoleMode mode = ConsoleMode::kOff;
  std::string users_file;  // empty: there are no users
  std::string token_file;  // to be made; empty: there is no token
};

}  // namespace service
