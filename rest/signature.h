// AWS Signature Version 4: what a client signed, and whether it holds. Pure: request, secret and
// time come in.
//
// Both forms are read: the header `Authorization: AWS4-HMAC-SHA256 …`, and the presigned query
// X-Amz-Algorithm … X-Amz-Signature.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "rest/error.h"
#include "rest/message.h"
#include "rest/target.h"

namespace rest {

// A clock may be off by this much, and a request may be sent again for as long.
inline constexpr int64_t kClockSkewSeconds = 15 * 60;
inline constexpr int64_t kPresignedSecondsMax = 7 * 24 * 3600;
inline constexpr size_t kSignedHeadersMax = 64;

struct Signature {
  std::string access_key_id;
  std::string scope;  // "20150830/us-east-1/iotdata/aws4_request"
  std::string date;   // of the scope
  std::string region;
  std::string service;
  std::string time;       // "20150830T123600Z"
  int64_t signed_at = 0;  // epoch seconds
  int64_t lasts_seconds = kClockSkewSeconds;
  std::vector<std::string> signed_headers;  // lower case, in their order
  std::string signature;                    // 64 hex digits
  bool presigned = false;
};

// Whether a presigned request must say how long it lasts (X-Amz-Expires).
enum class Expiry {
  kRequired,
  kOptional,  // it lasts kClockSkewSeconds unless it says otherwise
};

// True if the request claims to be signed, well or not.
bool IsSigned(const Request& request, const Target& target);

// The service that the scope of a signature names, well signed or not (T3); empty: it names none.
std::string ClaimedService(const Request& request, const Target& target);

// What an IsSigned request says of its signature. 403 names what is missing or malformed.
std::variant<Signature, Error> ReadSignature(const Request& request, const Target& target,
                                             Expiry expiry = Expiry::kRequired);

// What can be known of a signature before there is a body. Nothing if the path is in its canonical
// form (no dot segments, no empty ones but the last, percent-encodings in upper case and only where
// they are needed), the time is right, the scope is for one of `services`, and host and every
// x-amz-* and x-amzn-* header (but x-amzn-trace-id) are signed. Else 403 with AWS's words.
std::optional<Error> CheckSignedHead(const Request& request, const Target& target,
                                     const Signature& signature,
                                     absl::Span<const absl::string_view> services, int64_t now);

// Nothing if the signature holds for this request, secret and time: what CheckSignedHead asks for
// is so, and head and body are those that were signed. Else 403 with AWS's words.
std::optional<Error> CheckSignature(const Request& request, const Target& target,
                                    const Signature& signature, absl::string_view secret,
                                    absl::Span<const absl::string_view> services, int64_t now);

// The two texts of the algorithm and its result, for tests and for who signs.
std::string CanonicalRequest(const Request& request, const Target& target,
                             const Signature& signature, absl::string_view payload_hash);
std::string StringToSign(const Signature& signature, absl::string_view canonical_request);
std::string Sign(const Signature& signature, absl::string_view secret,
                 absl::string_view string_to_sign);

}  // namespace rest
