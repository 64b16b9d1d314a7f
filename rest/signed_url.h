// The signed URL with which MQTT over WebSocket begins: wss://HOST/mqtt?X-Amz-Algorithm=… (W1 to
// W7). It is a presigned request of Signature Version 4 (signature.h) with ways of its own: how
// long it lasts need not be said, a session token is put behind what was signed, and clients do not
// agree on which text of the host they sign. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "rest/error.h"
#include "rest/message.h"
#include "rest/signature.h"
#include "rest/target.h"

namespace rest {

inline constexpr absl::string_view kMqttPath = "/mqtt";

// What the query says of its signature. 403: there is none in the query (a header does not count
// here), or it is incomplete or malformed.
std::variant<Signature, Error> ReadSignedUrl(const Request& request, const Target& target);

// The X-Amz-Security-Token, signed or not (W3); nothing: none came.
std::optional<absl::string_view> SessionToken(const Target& target);

// Nothing if the signature holds, at the time `now`, for this request as it is, or without its
// session token, or without the port of its host, or without both (W3, W5). Else 403 with AWS's
// words, of the likeliest of these.
std::optional<Error> CheckSignedUrl(const Request& request, const Target& target,
                                    const Signature& signature, absl::string_view secret,
                                    absl::Span<const absl::string_view> services, int64_t now);

}  // namespace rest
