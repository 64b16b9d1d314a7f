// One HTTP request as the server has read it, and what is to be said to it. The server has checked
// the framing; what the words mean is for the rest of this folder.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace rest {

struct Header {
  absl::string_view name;  // as sent; case does not matter
  absl::string_view value;
};

// Everything points into what the server holds.
struct Request {
  absl::string_view method;
  absl::string_view target;  // as sent
  std::vector<Header> headers;
  absl::string_view body;

  // The value of the first header of that name, or nothing.
  std::optional<absl::string_view> Find(absl::string_view name) const;
};

inline constexpr absl::string_view kPlainText = "text/plain; charset=utf-8";
inline constexpr absl::string_view kNotKept = "no-store";

struct Answer {
  int status = 200;
  std::string body;        // JSON unless content_type says otherwise, or empty
  std::string error_type;  // as the header x-amzn-ErrorType has it (J9); empty: no error
  std::string allow;       // the methods that a 405 names
  absl::string_view content_type = "application/json";  // lives as long as the program
  bool for_any_page = false;                            // a page of elsewhere may read it (CORS)
  absl::string_view cache_control = kNotKept;           // lives as long as the program
  absl::string_view content_encoding{};                 // of `body`; the same; empty: none
  std::string set_cookie{};                             // a header's value; empty: none
  std::string location{};                               // where to go instead; empty: none
  int64_t retry_after_s = 0;                            // of a 429; 0: it does not say
};

// A UUID: x-amzn-RequestId and the traceId of a body (J9, J10).
std::string NewRequestId();

}  // namespace rest
