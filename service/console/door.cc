#include "service/console/door.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "identity/password.h"
#include "policy/address.h"
#include "policy/json_tree.h"
#include "rest/digest.h"
#include "rest/web_guard.h"

namespace service {
namespace {

constexpr size_t kTokenBytes = 32;
constexpr size_t kLogInBytesMax = 4096;
constexpr absl::string_view kCsrfHeader = "x-shadow-csrf";
constexpr absl::string_view kSecureCookie = "__Host-shadow";
constexpr absl::string_view kOfToken = "token";

int64_t NowMs() { return absl::ToUnixMillis(absl::Now()); }

rest::Error Unauthorized(absl::string_view message) {
  rest::Error error = rest::Forbidden(message);
  error.status = 401;
  return error;
}

std::string Words(const ConsoleSession& session) {
  return absl::StrCat(R"({"name":")", session.user.name, R"(","role":")",
                      identity::ConsoleRoleName(session.user.role), R"(","csrf":")", session.csrf,
                      R"(","expires":)", session.expires, R"(,"idleSeconds":)",
                      ConsoleSessions::kIdleSecondsMax, "}");
}

rest::Answer Told(std::string body) {
  return {.status = 200, .body = std::move(body), .error_type = {}, .allow = {}};
}

bool IsNear(const std::string& address) {
  const auto parsed = policy::ParseAddress(address);
  return parsed && policy::IsLoopback(*parsed);
}

// The text of a member; nothing if it is not there, or no text.
std::optional<std::string> TextAt(const policy::Node& node, absl::string_view name) {
  const policy::Node* const member = node.Find(name);
  if (member == nullptr || member->kind != policy::Node::Kind::kString) return std::nullopt;
  return member->text;
}

absl::Status WriteSecret(const std::string& path, absl::string_view text) {
  const auto failed = [&](absl::string_view what) {
    return absl::InvalidArgumentError(absl::StrCat("'", path, "' ", what, ": ", strerror(errno)));
  };
  // Under another name first: whoever reads it finds all of it, and no mode of an earlier file
  // counts.
  const std::string fresh = absl::StrCat(path, ".new");
  unlink(fresh.c_str());
  const int file = open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) return failed("cannot be made");
  const absl::Cleanup closed = [file] { close(file); };
  if (write(file, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    return failed("cannot be written");
  }
  if (rename(fresh.c_str(), path.c_str()) != 0) return failed("cannot be put in its place");
  return absl::OkStatus();
}

}  // namespace

ConsoleDoor::ConsoleDoor(ConsoleSessions& sessions, ConsoleUsersFile& users, int port, Log& log)
    : sessions_(sessions), users_(users), port_(port), log_(log), thread_([this] { Work(); }) {}

ConsoleDoor::~ConsoleDoor() {
  {
    const absl::MutexLock lock(&mutex_);
    closed_ = true;
  }
  thread_.join();
}

absl::Status ConsoleDoor::MakeToken(const std::string& path) {
  std::string token = identity::RandomHex(kTokenBytes);
  if (absl::Status written = WriteSecret(path, absl::StrCat(token, "\n")); !written.ok()) {
    return written;
  }
  token_ = std::move(token);
  return absl::OkStatus();
}

std::string ConsoleDoor::CookieName(bool secure) const {
  return secure ? std::string(kSecureCookie) : absl::StrCat("shadow-", port_);
}

std::string ConsoleDoor::CookieOf(const HttpExchange& exchange) const {
  const std::string wanted = absl::StrCat(CookieName(exchange.peer.secure), "=");
  for (const rest::Header& header : exchange.request.headers) {
    if (!absl::EqualsIgnoreCase(header.name, "cookie")) continue;
    for (absl::string_view cookie : absl::StrSplit(header.value, ';')) {
      cookie = absl::StripAsciiWhitespace(cookie);
      if (absl::ConsumePrefix(&cookie, wanted)) return std::string(cookie);
    }
  }
  return "";
}

ConsoleDoor::Identified ConsoleDoor::Identify(const HttpExchange& exchange) const {
  const auto csrf = exchange.request.Find(kCsrfHeader);
  const std::string cookie = CookieOf(exchange);
  if (cookie.empty() && !csrf) return Nobody();
  const auto found = sessions_.Find(cookie, csrf.value_or(""));
  switch (found.fault) {
    case ConsoleSessions::Fault::kNone:
      if (rest::IsOfSameOrigin(exchange.request, exchange.peer.secure)) return found.session;
      return rest::Forbidden("The page that sends this is not the console: its Origin is another");
    case ConsoleSessions::Fault::kCsrf:
      return rest::Forbidden(absl::StrCat("A request of a session says its CSRF token, in ",
                                          kCsrfHeader, ": this one does not"));
    case ConsoleSessions::Fault::kUnknown:
      break;
  }
  // A cookie of an earlier shadowd says nothing by itself.
  if (!csrf) return Nobody();
  return Unauthorized("There is no such session, or none any more: log in again");
}

rest::Error ConsoleDoor::NobodyIsThere() { return Unauthorized("Nobody is logged in"); }

void ConsoleDoor::Handle(const std::shared_ptr<const HttpExchange>& exchange,
                         const Respond& respond) {
  const auto refuse = [&](const rest::Error& error) {
    respond(rest::WordError(error, exchange->request_id));
  };
  const absl::string_view method = exchange->request.method;
  if (method == "POST") {
    if (rest::IsOfSameOrigin(exchange->request, exchange->peer.secure)) {
      return LogIn(*exchange, respond);
    }
    return refuse(
        rest::Forbidden("The page that sends this is not the console: its Origin is another"));
  }
  if (method != "GET" && method != "HEAD" && method != "DELETE") {
    return refuse(rest::MethodNotAllowed("GET, HEAD, POST, DELETE"));
  }
  const Identified identified = Identify(*exchange);
  if (const auto* const error = std::get_if<rest::Error>(&identified)) return refuse(*error);
  if (std::holds_alternative<Nobody>(identified)) {
    return refuse(NobodyIsThere());
  }
  const auto& session = std::get<ConsoleSessions::Session>(identified);
  if (method != "DELETE") return respond(Told(Words(*session)));
  sessions_.End(*session);
  log_.Info("console_left", {{"user", session->user.name}, {"address", exchange->peer.address}});
  rest::Answer answer = Told("{}");
  answer.set_cookie = absl::StrCat(CookieName(exchange->peer.secure),
                                   "=; Path=/; Max-Age=0; HttpOnly; "
                                   "SameSite=Strict",
                                   exchange->peer.secure ? "; Secure" : "");
  respond(std::move(answer));
}

void ConsoleDoor::LogIn(const HttpExchange& exchange, const Respond& respond) {
  const auto tree = policy::ParseJsonTree(exchange.request.body, kLogInBytesMax);
  const auto token = tree.ok() ? TextAt(*tree, "token") : std::nullopt;
  if (token) return TryToken(*token, exchange, respond);
  auto name = tree.ok() ? TextAt(*tree, "name") : std::nullopt;
  auto password = tree.ok() ? TextAt(*tree, "password") : std::nullopt;
  if (!name || !password) {
    return respond(rest::WordError(
        rest::InvalidRequest(R"(Who logs in says {"token":…}, or {"name":…,"password":…})"),
        exchange.request_id));
  }
  Queue({.name = *std::move(name),
         .password = *std::move(password),
         .address = exchange.peer.address,
         .secure = exchange.peer.secure,
         .respond = respond,
         .request_id = exchange.request_id});
}

bool ConsoleDoor::HasToWait(const Attempt& attempt) {
  const int64_t now = NowMs();
  int64_t wait_ms = 0;
  {
    const absl::MutexLock lock(&mutex_);
    wait_ms = std::max(names_.WaitMs(attempt.name, now), addresses_.WaitMs(attempt.address, now));
  }
  if (wait_ms == 0) return false;
  rest::Answer answer = rest::WordError(rest::TooManyRequests(), attempt.request_id);
  answer.retry_after_s = (wait_ms + 999) / 1000;
  attempt.respond(std::move(answer));
  return true;
}

void ConsoleDoor::TryToken(absl::string_view token, const HttpExchange& exchange,
                           const Respond& respond) {
  const std::string& address = exchange.peer.address;
  if (!IsNear(address)) {
    log_.Warning("console_refused", {{"user", kOfToken}, {"address", address}});
    return respond(
        rest::WordError(Unauthorized("The token is good on this machine alone: users are made with "
                                     "`shadowctl console user add`"),
                        exchange.request_id));
  }
  // Nobody guesses it, so nobody has to wait: who is on this machine could keep others out.
  if (!token_.empty() && rest::SameText(token, token_)) {
    return Welcome({.name = std::string(kOfToken), .role = identity::ConsoleRole::kAdmin},
                   exchange.peer.secure, address, respond);
  }
  log_.Warning("console_refused", {{"user", kOfToken}, {"address", address}});
  respond(rest::WordError(
      Unauthorized("That is not the token of this shadowd: it makes a new one at each start"),
      exchange.request_id));
}

void ConsoleDoor::Queue(Attempt attempt) {
  const Respond respond = attempt.respond;
  const std::string request_id = attempt.request_id;
  if (HasToWait(attempt)) return;
  {
    const absl::MutexLock lock(&mutex_);
    if (waiting_.size() < kWaitingMax) {
      waiting_.push_back(std::move(attempt));
      return;
    }
  }
  respond(rest::WordError(rest::Unavailable("Too many are logging in: try again"), request_id));
}

void ConsoleDoor::Work() {
  nobodys_ = identity::HashPassword("nobody's");
  const auto has_work = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return closed_ || !waiting_.empty();
  };
  while (true) {
    Attempt attempt;
    {
      const absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(&has_work));
      if (closed_) return;
      attempt = std::move(waiting_.front());
      waiting_.pop_front();
    }
    TryPassword(attempt);
  }
}

void ConsoleDoor::TryPassword(const Attempt& attempt) {
  if (HasToWait(attempt)) return;  // others that came with it have failed since
  const auto users = users_.Current();
  const auto* const user = identity::FindConsoleUser(*users, attempt.name);
  const bool is_right =
      attempt.password.size() <= identity::kPasswordBytesMax &&
      identity::IsPassword(attempt.password, user == nullptr ? nobodys_ : user->password);
  if (user == nullptr || !is_right) {
    return TurnAway(attempt.name, attempt.address, attempt.request_id, attempt.respond);
  }
  {
    const absl::MutexLock lock(&mutex_);
    names_.Succeeded(attempt.name);
    addresses_.Succeeded(attempt.address);
  }
  Welcome(*user, attempt.secure, attempt.address, attempt.respond);
}

void ConsoleDoor::TurnAway(absl::string_view name, absl::string_view address,
                           absl::string_view request_id, const Respond& respond) {
  const int64_t now = NowMs();
  {
    const absl::MutexLock lock(&mutex_);
    names_.Failed(name, now);
    addresses_.Failed(address, now);
  }
  log_.Warning("console_refused",
               {{"user", identity::IsConsoleUserName(name) ? name : "(no user's name)"},
                {"address", address}});
  respond(rest::WordError(Unauthorized("Name or password is not right"), request_id));
}

void ConsoleDoor::Welcome(identity::ConsoleUser user, bool secure, absl::string_view address,
                          const Respond& respond) {
  auto begun = sessions_.Begin(std::move(user));
  log_.Info("console_entered", {{"user", begun.session->user.name},
                                {"role", identity::ConsoleRoleName(begun.session->user.role)},
                                {"address", address}});
  rest::Answer answer = Told(Words(*begun.session));
  answer.set_cookie = absl::StrCat(CookieName(secure), "=", begun.cookie,
                                   "; Path=/; HttpOnly; SameSite=Strict", secure ? "; Secure" : "");
  respond(std::move(answer));
}

}  // namespace service
