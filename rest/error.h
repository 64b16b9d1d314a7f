// Every way in which an HTTPS request can fail: AWS's exception and text (J9, H1).
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "rest/message.h"
#include "shadow/refusal.h"

namespace rest {

// `status` decides the exception.
struct Error {
  int status = 500;
  std::string message_json;  // a JSON string, or null
  std::string allow;         // 405: the methods that there are, as the header Allow has them
  std::string more_json{};   // further members of the body, each behind a comma; or nothing
  // What the control plane calls it, where it tells more names apart (T5); empty: as `status` does.
  // Both live as long as the program.
  absl::string_view control_exception{};
  absl::string_view exception{};  // empty: ExceptionName(status)

  friend bool operator==(const Error&, const Error&) = default;
};

Error InvalidRequest(absl::string_view message);  // 400
Error MissingToken();                             // 403: nothing says who asks
Error UnknownKey();                               // 403: signed with a key that does not count
Error Forbidden();                                // 403 with message null: known, but may not
Error Forbidden(absl::string_view message);       // 403: a signature that does not hold, a page
Error NotFound(absl::string_view message);        // 404
Error Conflict();                                 // 409: the shadow has moved on (G3)
Error Conflict(absl::string_view message);        // 409: something else stands in the way
Error MethodNotAllowed(absl::string_view allow);  // 405
Error TooLarge(size_t bytes_max);                 // 413: the body
Error TooLarge(absl::string_view message);        // 413: what was asked for
Error Misdirected(absl::string_view message);     // 421: Host is not ours
Error TooManyRequests();                          // 429 (H4)
Error Refused(const shadow::Refusal& refusal);    // as the shadow service refuses
Error InternalFailure();                          // 500
Error Unavailable(absl::string_view message);     // 503
Error TimedOut(absl::string_view message);        // 504
// A refusal of the shadow service, from the payload of `…/rejected` (F6). InternalFailure if the
// payload is none.
Error FromRejected(absl::string_view payload);

// "ResourceNotFoundException" and so on.
absl::string_view ExceptionName(int status);

// As AWS words it. `request_id` is the traceId.
Answer WordError(const Error& error, absl::string_view request_id);

// For people: the message on a line.
Answer WordErrorAsText(const Error& error);

}  // namespace rest
