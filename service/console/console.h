// The console's part of shadowd: who is let in, and what an update would do.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "service/account/registry_in_force.h"
#include "service/console/door.h"
#include "service/console/preview.h"
#include "service/console/sessions.h"
#include "service/console/settings.h"
#include "service/console/users_file.h"
#include "service/watch/log.h"
#include "shadow/limits.h"
#include "storage/store.h"

namespace service {

class Console {
 public:
  struct Surroundings {
    int http_port = 0;  // without TLS; 0: there is none
    const shadow::Limits& limits;
    std::function<int64_t()> now;          // epoch seconds: of shadows
    std::function<int64_t()> machine_now;  // of sessions
    const RegistryInForce& registry;
    const storage::Store& store;
    Log& log;
  };

  // Null: there is to be none. Fails, naming the flag, if the users' file is not as it should be or
  // the token cannot be made. What `here` refers to outlives it.
  static absl::StatusOr<std::unique_ptr<Console>> Open(const ConsoleSettings& settings,
                                                       const Surroundings& here);

  ConsoleDoor& door() { return door_; }
  ConsoleSessions& sessions() { return sessions_; }
  Preview& preview() { return preview_; }

 private:
  Console(const ConsoleSettings& settings, const Surroundings& here);

  ConsoleUsersFile users_;
  ConsoleSessions sessions_;
  ConsoleDoor door_;
  Preview preview_;
};

}  // namespace service
