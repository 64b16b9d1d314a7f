// The console's door: who logs in, who is logged in, and whose request that is
// (docs/console-api.md, sessions).
//
// Passwords are hashed on a thread of its own, one at a time, so that nobody else waits for it.
//
// Thread rule: Handle on the server's thread; Identify on any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <variant>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "rest/error.h"
#include "service/console/sessions.h"
#include "service/console/throttle.h"
#include "service/console/users_file.h"
#include "service/http/server.h"
#include "service/watch/log.h"

namespace service {

class ConsoleDoor {
 public:
  static constexpr size_t kWaitingMax = 16;  // passwords to be hashed; one more is refused

  // All outlive it. `port`: of the port without TLS, after which its cookie is called.
  ConsoleDoor(ConsoleSessions& sessions, ConsoleUsersFile& users, int port, Log& log);
  ~ConsoleDoor();

  // Makes a token and writes it to `path`, which is made anew, for its owner alone. Until then
  // there is none.
  absl::Status MakeToken(const std::string& path);

  // Session requests, whatever their method.
  using Respond = HttpServer::Respond;
  void Handle(const std::shared_ptr<const HttpExchange>& exchange, const Respond& respond);

  struct Nobody {};  // the request says nothing of a session
  // Whose request it is; 401 if the session is over, 403 if it does not say its CSRF token.
  using Identified = std::variant<Nobody, ConsoleSessions::Session, rest::Error>;
  Identified Identify(const HttpExchange& exchange) const;
  static rest::Error NobodyIsThere();  // 401

  const ConsoleSessions& sessions() const { return sessions_; }

  // The value of our cookie; empty: there is none.
  std::string CookieOf(const HttpExchange& exchange) const;

 private:
  struct Attempt {
    std::string name;
    std::string password;
    std::string address;
    bool secure = false;
    Respond respond;
    std::string request_id;
  };

  void LogIn(const HttpExchange& exchange, const Respond& respond);
  void TryToken(absl::string_view token, const HttpExchange& exchange, const Respond& respond);
  void Queue(Attempt attempt);
  void Work();
  void TryPassword(const Attempt& attempt);
  void Welcome(identity::ConsoleUser user, bool secure, absl::string_view address,
               const Respond& respond);
  void TurnAway(absl::string_view name, absl::string_view address, absl::string_view request_id,
                const Respond& respond) ABSL_LOCKS_EXCLUDED(mutex_);
  // True: told so, since too much was wrong of that name or from that address.
  bool HasToWait(const Attempt& attempt) ABSL_LOCKS_EXCLUDED(mutex_);
  std::string CookieName(bool secure) const;

  ConsoleSessions& sessions_;
  ConsoleUsersFile& users_;
  const int port_;
  Log& log_;
  std::string token_;    // empty: there is none
  std::string nobodys_;  // a hash, so that a name that is not there takes as long
  absl::Mutex mutex_;
  Throttle names_ ABSL_GUARDED_BY(mutex_);
  Throttle addresses_ ABSL_GUARDED_BY(mutex_);
  std::deque<Attempt> waiting_ ABSL_GUARDED_BY(mutex_);
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // hashes
};

}  // namespace service
