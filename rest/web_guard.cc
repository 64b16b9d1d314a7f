#include "rest/web_guard.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "policy/address.h"

namespace rest {
namespace {

constexpr size_t kHostBytesMax = 255;

bool IsHostCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.' || c == '_';
}

bool IsHostName(absl::string_view text) {
  return !text.empty() && text.size() <= kHostBytesMax &&
         std::all_of(text.begin(), text.end(), IsHostCharacter);
}

// The host of "host" or "host:port", an IPv6 address without its brackets; nothing if it has none.
std::optional<absl::string_view> HostOf(absl::string_view authority) {
  absl::string_view host = authority;
  absl::string_view port;
  if (absl::ConsumePrefix(&host, "[")) {
    const size_t end = host.find(']');
    if (end == host.npos) return std::nullopt;
    port = host.substr(end + 1);
    host = host.substr(0, end);
    if (!absl::StrContains(host, ':') || !policy::ParseAddress(host)) return std::nullopt;
  } else {
    const size_t colon = std::min(host.find(':'), host.size());
    port = host.substr(colon);
    host = host.substr(0, colon);
    if (!IsHostName(host)) return std::nullopt;
  }
  const bool has_port = absl::ConsumePrefix(&port, ":");
  if ((!has_port && !port.empty()) || port.find_first_not_of("0123456789") != port.npos) {
    return std::nullopt;
  }
  return host;
}

bool IsAll(absl::string_view address) { return address == "0.0.0.0" || address == "::"; }

// `name` as PortNames has it.
bool Means(absl::string_view name, absl::string_view host,
           const std::optional<policy::Address>& address) {
  if (address) return policy::ParseAddress(name) == address;
  if (!absl::ConsumePrefix(&name, "*")) return absl::EqualsIgnoreCase(name, host);
  const size_t dot = host.find('.');
  return dot != host.npos && dot > 0 && absl::EqualsIgnoreCase(host.substr(dot), name);
}

bool IsKnown(absl::string_view host, const PortNames& port) {
  if (absl::EqualsIgnoreCase(host, "localhost")) return true;
  const auto address = policy::ParseAddress(host);
  if (address && (policy::IsLoopback(*address) || address == policy::ParseAddress(port.address))) {
    return true;
  }
  return std::any_of(port.names.begin(), port.names.end(),
                     [&](const std::string& name) { return Means(name, host, address); });
}

bool IsOwnHost(absl::string_view host, const PortNames& port) {
  return IsKnown(host, port) || (IsAll(port.address) && policy::ParseAddress(host));
}

// `host`: that the request is sent to.
bool IsOwnOrigin(absl::string_view origin, absl::string_view host, const PortNames& port) {
  if (!absl::ConsumePrefix(&origin, "https://") && !absl::ConsumePrefix(&origin, "http://")) {
    return false;
  }
  const auto page = HostOf(origin);
  return page && (absl::EqualsIgnoreCase(*page, host) || IsKnown(*page, port));
}

// Whoever asks only goes to see a page of ours, and learns nothing of it.
bool FollowsLink(const Request& request, const PortNames& port) {
  return !port.pages.empty() && request.method == "GET" &&
         absl::StartsWith(request.target, port.pages) &&
         request.Find("sec-fetch-mode") == absl::string_view("navigate");
}

Error UnknownHost(const std::optional<absl::string_view>& host) {
  return Misdirected(absl::StrCat(
      host ? absl::StrCat("This port is not known as '", *host, "'") : "Host is not a host's name",
      ": call it localhost, by its address or by a name of its certificate, or have it known by "
      "another name with --http_hosts"));
}

}  // namespace

std::optional<Error> GuardAgainstPages(const Request& request, const PortNames& port, Shown shown) {
  if (shown.signature) return std::nullopt;
  absl::string_view own;
  if (const auto header = request.Find("host")) {
    const auto host = HostOf(*header);
    if (!shown.certificate && (!host || !IsOwnHost(*host, port))) return UnknownHost(host);
    own = host.value_or("");
  }
  for (const Header& header : request.headers) {
    if (absl::EqualsIgnoreCase(header.name, "origin") && !IsOwnOrigin(header.value, own, port)) {
      return Forbidden(
          "The page that sends this is not from here: its Origin must have a name of this port");
    }
    if (absl::EqualsIgnoreCase(header.name, "sec-fetch-site") &&
        absl::EqualsIgnoreCase(header.value, "cross-site") && !FollowsLink(request, port)) {
      return Forbidden(
          "The page that sends this is of another site: Sec-Fetch-Site must not be cross-site");
    }
  }
  return std::nullopt;
}

bool IsOfSameOrigin(const Request& request, bool secure) {
  const std::string own =
      absl::StrCat(secure ? "https://" : "http://", request.Find("host").value_or(""));
  return std::all_of(request.headers.begin(), request.headers.end(), [&](const Header& header) {
    return !absl::EqualsIgnoreCase(header.name, "origin") ||
           absl::EqualsIgnoreCase(header.value, own);
  });
}

bool IsPortName(absl::string_view text) {
  if (absl::StrContains(text, ':')) return policy::ParseAddress(text).has_value();
  if (absl::ConsumePrefix(&text, "*.")) return IsHostName(text) && text[0] != '.';
  return IsHostName(text);
}

}  // namespace rest
