// What a TLS client's first message tells of it before anything is answered. Pure, over the bytes
// as they came.
#pragma once

#include "absl/strings/string_view.h"

namespace service {

// Whether it is a Chromium that opens a WebSocket. That one ends the handshake if it is asked for a
// certificate, where for anything else it goes on without. It is known by a cipher suite that is
// none (GREASE, RFC 8701), which nearly nobody but browsers sends, together with an offer of
// HTTP/1.1 and not of HTTP/2, which browsers make for WebSockets alone.
//   ciphers: two bytes each
//   protocols: the body of the ALPN extension; empty: there is none
bool OpensWebSocketInChromium(absl::string_view ciphers, absl::string_view protocols);

}  // namespace service
