#include "rest/signed_url.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace rest {
namespace {

constexpr absl::string_view kToken = "X-Amz-Security-Token";
// Given twice, these would be read and signed as one thing and the other.
constexpr absl::string_view kOnce[] = {
    "X-Amz-Algorithm", "X-Amz-Credential",   "X-Amz-Date", "X-Amz-Expires", kToken,
    "X-Amz-Signature", "X-Amz-SignedHeaders"};

Target WithoutToken(const Target& target) {
  Target plain = target;
  plain.parameters.erase(std::remove_if(plain.parameters.begin(), plain.parameters.end(),
                                        [](const auto& one) { return one.first == kToken; }),
                         plain.parameters.end());
  return plain;
}

// "host:8443" as "host", "[::1]:8443" as "[::1]".
absl::string_view WithoutPort(absl::string_view host) {
  const size_t colon = host.rfind(':');
  if (colon == host.npos || host.find(']', colon) != host.npos) return host;
  const absl::string_view port = host.substr(colon + 1);
  return std::all_of(port.begin(), port.end(), absl::ascii_isdigit) ? host.substr(0, colon) : host;
}

Request WithoutPort(const Request& request) {
  Request plain = request;
  for (Header& header : plain.headers) {
    if (absl::EqualsIgnoreCase(header.name, "host")) header.value = WithoutPort(header.value);
  }
  return plain;
}

}  // namespace

std::variant<Signature, Error> ReadSignedUrl(const Request& request, const Target& target) {
  if (target.Count("X-Amz-Signature") == 0) return MissingToken();
  for (const absl::string_view name : kOnce) {
    if (target.Count(name) > 1) {
      return Forbidden("The signature is incomplete or malformed: a parameter is given twice");
    }
  }
  return ReadSignature(request, target, Expiry::kOptional);
}

std::optional<absl::string_view> SessionToken(const Target& target) { return target.Find(kToken); }

std::optional<Error> CheckSignedUrl(const Request& request, const Target& target,
                                    const Signature& signature, absl::string_view secret,
                                    absl::Span<const absl::string_view> services, int64_t now) {
  const Target without_token = WithoutToken(target);
  const Request without_port = WithoutPort(request);
  std::optional<Error> first;
  for (const Target* const query : {&without_token, &target}) {
    for (const Request* const host : {&request, &without_port}) {
      auto error = CheckSignature(*host, *query, signature, secret, services, now);
      if (!error) return std::nullopt;
      if (!first) first = std::move(error);
    }
  }
  return first;
}

}  // namespace rest
