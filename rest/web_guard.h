// Keeps web pages from using a port of ours through somebody's browser. A page from anywhere may
// have requests sent to any address, this machine's too; and by DNS rebinding it calls our address
// by a name of its own, and then reads the answers. No script can change what a browser says of it:
// Host has the name in the URL, Origin and Sec-Fetch-Site tell of the page. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "rest/error.h"
#include "rest/message.h"

namespace rest {

// By what a port is called, besides localhost and the loopback addresses.
struct PortNames {
  // The IP address that it listens on. "0.0.0.0" and "::" are all, and then any address may be
  // meant: rebinding needs a name.
  std::string address;
  // Of its certificate and by --http_hosts: host names, "*.NAME" for one label before NAME, IP
  // addresses.
  std::vector<std::string> names;
  // Below this path are pages of our own, which those of other sites may link to; empty: none.
  std::string pages{};
};

// What a request shows of who sends it. No page of elsewhere has either.
struct Shown {
  bool certificate = false;  // of a client, which TLS has verified
  bool signature = false;    // right or not, if it is looked at before anything is done
};

// Why the request may be a page's of elsewhere, or nothing:
//   421  Host is not what the port is called by. Not asked of who shows a certificate: a browser
//   may
//        have one, but then TLS has made sure of the name.
//   403  Origin is not Host's and not what the port is called by, whatever its port; or
//        Sec-Fetch-Site is cross-site, but for who follows a link to a page of ours. A browser
//        sends its certificate for any page.
// A request that shows a signature is let through: that is no browser's doing. So is one without
// Host, which a browser always sends.
std::optional<Error> GuardAgainstPages(const Request& request, const PortNames& port, Shown shown);

// Whether a request can only come from a page of the same scheme, name and port, or from no page.
bool IsOfSameOrigin(const Request& request, bool secure);

// Whether `text` can be among PortNames::names.
bool IsPortName(absl::string_view text);

}  // namespace rest
