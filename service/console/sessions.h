// Who is logged in at the console (docs/console-api.md, sessions). Kept in memory: a session ends
// with shadowd.
//
// Thread rule: any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "identity/console_users.h"
#include "policy/action.h"
#include "service/account/registry_in_force.h"
#include "service/console/users_file.h"

namespace service {

struct ConsoleSession {
  uint64_t number = 0;  // no other has had it
  identity::ConsoleUser user;
  std::string csrf;     // what each request must say beside its cookie
  int64_t expires = 0;  // epoch seconds: it is over then, used or not

  // Of the token, which no file has.
  bool is_of_token() const { return user.password.empty(); }
  bool is_admin() const { return user.role == identity::ConsoleRole::kAdmin; }
  // As policies call who it is: "console-ann". History says ann, by way of the console.
  std::string client_id() const { return "console-" + user.name; }
};

class ConsoleSessions {
 public:
  static constexpr size_t kMost = 64;  // one more ends the one that was used longest ago
  static constexpr int64_t kSecondsMax = int64_t{12} * 3600;
  static constexpr int64_t kIdleSecondsMax = 3600;

  // `now`: epoch seconds. `users` and `registry` outlive it.
  ConsoleSessions(ConsoleUsersFile& users, const RegistryInForce& registry,
                  std::function<int64_t()> now)
      : users_(users), registry_(registry), now_(std::move(now)) {}

  using Session = std::shared_ptr<const ConsoleSession>;

  struct Begun {
    std::string cookie;  // its value
    Session session;
  };
  // The password of `user` was right, or it has shown the token. A user's session is over as well
  // once the file has another word for it, or none.
  Begun Begin(identity::ConsoleUser user) ABSL_LOCKS_EXCLUDED(mutex_);

  enum class Fault {
    kNone,
    kUnknown,  // no session, or none any more
    kCsrf,     // there is one, but who asks does not know it
  };
  struct Found {
    Fault fault = Fault::kUnknown;
    Session session{};  // null but with kNone
  };
  // Whose cookie that is. Counts as a use of the session.
  Found Find(absl::string_view cookie, absl::string_view csrf) ABSL_LOCKS_EXCLUDED(mutex_);

  // Somebody is at work in it.
  void Use(const ConsoleSession& session) ABSL_LOCKS_EXCLUDED(mutex_);
  bool IsOver(const ConsoleSession& session) const ABSL_LOCKS_EXCLUDED(mutex_);
  void End(const ConsoleSession& session) ABSL_LOCKS_EXCLUDED(mutex_);

  // Whether it may: a viewer what changes nothing, an admin everything, and both only what the
  // user's policies allow, if there are any. `name` as policy::Request has it.
  bool May(const ConsoleSession& session, policy::Action action, absl::string_view name) const;

  size_t size() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Standing {
    Session session;
    int64_t used = 0;  // epoch seconds
  };

  bool IsStanding(const Standing& standing, int64_t now) const;
  void DropOver(int64_t now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  ConsoleUsersFile& users_;
  const RegistryInForce& registry_;
  const std::function<int64_t()> now_;
  mutable absl::Mutex mutex_;
  uint64_t last_number_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::flat_hash_map<std::string, Standing> standing_ ABSL_GUARDED_BY(mutex_);  // by cookie
  absl::flat_hash_map<uint64_t, std::string> cookies_ ABSL_GUARDED_BY(mutex_);   // by number
};

}  // namespace service
