#include "service/http/framing.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "service/http/settings.h"

namespace service {

bool HeadLines::Fold(absl::string_view more) {
  for (const char c : more) {
    if (ended_) return false;
    if (at_begin_ && (c == ' ' || c == '\t')) return true;
    ended_ = at_begin_ && c == '\r';
    at_begin_ = c == '\n';
  }
  return false;
}

std::optional<rest::Error> JudgeHead(const rest::Request& head, unsigned version) {
  if (version != 11 && version != 10) {
    return rest::InvalidRequest("The HTTP version must be 1.1 or 1.0");
  }
  size_t hosts = 0;
  for (const auto& [name, value] : head.headers) {
    if (absl::EqualsIgnoreCase(name, "host")) ++hosts;
    if (absl::EqualsIgnoreCase(name, "transfer-encoding") &&
        (version == 10 || !absl::EqualsIgnoreCase(value, "chunked"))) {
      return rest::InvalidRequest("The only Transfer-Encoding is chunked");
    }
    if (absl::EqualsIgnoreCase(name, "expect") && !absl::EqualsIgnoreCase(value, "100-continue")) {
      return rest::InvalidRequest("The only expectation is 100-continue");
    }
  }
  if (head.headers.size() > kHttpHeadersMax) {
    return rest::InvalidRequest(
        absl::StrCat("A request has at most ", kHttpHeadersMax, " headers"));
  }
  if (hosts > 1 || (hosts == 0 && version == 11)) {
    return rest::InvalidRequest("There must be one Host header");
  }
  return std::nullopt;
}

}  // namespace service
