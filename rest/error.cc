#include "rest/error.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "shadow/json.h"

namespace rest {
namespace {

constexpr std::pair<int, absl::string_view> kExceptions[] = {
    {400, "InvalidRequestException"},
    {401, "UnauthorizedException"},
    {403, "ForbiddenException"},
    {404, "ResourceNotFoundException"},
    {405, "MethodNotAllowedException"},
    {409, "ConflictException"},
    {413, "RequestEntityTooLargeException"},
    {415, "UnsupportedDocumentEncodingException"},
    {421, "MisdirectedRequestException"},
    {429, "ThrottlingException"},
    {500, "InternalFailureException"},
    {503, "ServiceUnavailableException"},
    {504, "GatewayTimeoutException"},
};
constexpr size_t kRejectedBytesMax = 4096;

Error Make(int status, absl::string_view message) {
  Error error{.status = status, .message_json = {}, .allow = {}};
  shadow::PrintJsonString(message, error.message_json);
  return error;
}

}  // namespace

Error InvalidRequest(absl::string_view message) { return Make(400, message); }
Error MissingToken() {
  Error error = Make(403, "Missing Authentication Token");
  error.control_exception = "MissingAuthenticationTokenException";
  return error;
}
Error UnknownKey() {
  Error error = Make(403, "The security token included in the request is invalid.");
  error.control_exception = "UnrecognizedClientException";
  return error;
}
Error Forbidden() { return {.status = 403, .message_json = "null", .allow = {}}; }
Error Forbidden(absl::string_view message) { return Make(403, message); }
Error NotFound(absl::string_view message) { return Make(404, message); }
Error Conflict() { return Refused(shadow::VersionConflict()); }
Error Conflict(absl::string_view message) { return Make(409, message); }

Error MethodNotAllowed(absl::string_view allow) {
  Error error = Make(405, "Method not allowed");
  error.allow = std::string(allow);
  return error;
}

Error TooLarge(size_t bytes_max) {
  return Make(413,
              absl::StrCat("The payload exceeds the maximum size allowed: ", bytes_max, " bytes"));
}

Error TooLarge(absl::string_view message) { return Make(413, message); }
Error Misdirected(absl::string_view message) { return Make(421, message); }
Error Refused(const shadow::Refusal& refusal) { return Make(refusal.code, refusal.message); }
Error TooManyRequests() { return Make(429, "TOO_MANY_REQUESTS"); }
Error InternalFailure() { return Make(500, "Internal service failure"); }
Error Unavailable(absl::string_view message) { return Make(503, message); }
Error TimedOut(absl::string_view message) { return Make(504, message); }

Error FromRejected(absl::string_view payload) {
  shadow::Arena arena(kRejectedBytesMax);
  const auto parsed = shadow::ParseJson(payload, 0, arena);
  const shadow::Value* const code = parsed ? shadow::Find(*parsed, "code") : nullptr;
  const shadow::Value* const message = parsed ? shadow::Find(*parsed, "message") : nullptr;
  Error error;
  if (code == nullptr || message == nullptr || !absl::SimpleAtoi(code->text(), &error.status)) {
    return InternalFailure();
  }
  error.message_json = std::string(message->text());
  return error;
}

absl::string_view ExceptionName(int status) {
  for (const auto& [code, name] : kExceptions) {
    if (code == status) return name;
  }
  return "InternalFailureException";
}

Answer WordError(const Error& error, absl::string_view request_id) {
  return {.status = error.status,
          .body = absl::StrCat("{\"message\":", error.message_json, ",\"traceId\":\"", request_id,
                               "\"", error.more_json, "}"),
          .error_type = absl::StrCat(
              error.exception.empty() ? ExceptionName(error.status) : error.exception, ":"),
          .allow = error.allow};
}

Answer WordErrorAsText(const Error& error) {
  return {.status = error.status,
          .body = absl::StrCat(shadow::Unescape(error.message_json), "\n"),
          .error_type = {},
          .allow = error.allow,
          .content_type = kPlainText};
}

}  // namespace rest
