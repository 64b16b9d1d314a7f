#include "service/http/text.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace service {
namespace {

constexpr std::pair<int, absl::string_view> kReasons[] = {
    {200, "OK"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {409, "Conflict"},
    {413, "Payload Too Large"},
    {415, "Unsupported Media Type"},
    {421, "Misdirected Request"},
    {429, "Too Many Requests"},
    {500, "Internal Server Error"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
};

// What a browser must not do with an answer: run or show anything of it elsewhere, guess what it
// is. Nothing lets other pages in (CORS). The policy is that of pages of our own.
constexpr absl::string_view kForBrowsers =
    "content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'\r\n"
    "cross-origin-opener-policy: same-origin\r\n"
    "cross-origin-resource-policy: same-origin\r\n"
    "referrer-policy: no-referrer\r\n"
    "x-content-type-options: nosniff\r\n";

// As AWS has it where browsers connect from any page (W13).
constexpr absl::string_view kForAnyPage =
    "access-control-allow-origin: *\r\n"
    "access-control-expose-headers: "
    "x-amzn-ErrorMessage,x-amzn-RequestId,x-amzn-ErrorType,Date\r\n";

absl::string_view ReasonOf(int status) {
  for (const auto& [code, reason] : kReasons) {
    if (code == status) return reason;
  }
  return "Unknown";
}

}  // namespace

std::string ResponseText(const rest::Answer& answer, absl::string_view request_id, bool keep_alive,
                         bool is_head) {
  std::string text = absl::StrCat("HTTP/1.1 ", answer.status, " ", ReasonOf(answer.status), "\r\n");
  if (!answer.body.empty()) {
    absl::StrAppend(&text, "content-type: ", answer.content_type, "\r\n");
  }
  absl::StrAppend(&text, "content-length: ", answer.body.size(), "\r\ndate: ",
                  absl::FormatTime("%a, %d %b %Y %H:%M:%S GMT", absl::Now(), absl::UTCTimeZone()),
                  "\r\ncache-control: ", answer.cache_control, "\r\n", kForBrowsers);
  if (!request_id.empty()) absl::StrAppend(&text, "x-amzn-RequestId: ", request_id, "\r\n");
  if (!answer.error_type.empty()) {
    absl::StrAppend(&text, "x-amzn-ErrorType: ", answer.error_type, "\r\n");
  }
  if (answer.for_any_page) absl::StrAppend(&text, kForAnyPage);
  const auto add = [&text](absl::string_view name, absl::string_view value) {
    if (!value.empty()) absl::StrAppend(&text, name, ": ", value, "\r\n");
  };
  add("allow", answer.allow);
  add("content-encoding", answer.content_encoding);
  add("vary", answer.content_encoding.empty() ? "" : "accept-encoding");
  add("location", answer.location);
  add("set-cookie", answer.set_cookie);
  if (answer.retry_after_s > 0) add("retry-after", absl::StrCat(answer.retry_after_s));
  absl::StrAppend(&text, "connection: ", keep_alive ? "keep-alive" : "close", "\r\n\r\n");
  if (!is_head) text += answer.body;
  return text;
}

}  // namespace service
