#include "rest/route.h"

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/types/span.h"
#include "rest/publish.h"
#include "shadow/json.h"

namespace rest {
namespace {

using Routed = std::variant<Operation, Error>;

constexpr absl::string_view kTokenPrefix = "1/";  // the form of what follows

// The error if a parameter that matters is given twice.
std::optional<Error> GivenTwice(const Target& target, absl::Span<const absl::string_view> names) {
  for (const absl::string_view name : names) {
    if (target.Count(name) > 1) {
      return InvalidRequest(absl::StrCat("The parameter ", name, " is given more than once"));
    }
  }
  return std::nullopt;
}

std::optional<std::string> ReadToken(const Target& target) {
  const absl::string_view token = target.Find("nextToken").value_or("");
  std::string text;
  if (token.empty()) return text;
  if (!absl::WebSafeBase64Unescape(token, &text) || !absl::StartsWith(text, kTokenPrefix) ||
      PageToken(text.substr(kTokenPrefix.size())) != token) {
    return std::nullopt;
  }
  return text.substr(kTokenPrefix.size());
}

// Nothing: out of 1 to `most`, or no number.
std::optional<size_t> ReadCount(const Target& target, absl::string_view name, size_t usual,
                                size_t most) {
  const auto text = target.Find(name);
  if (!text) return usual;
  size_t number = 0;
  if (text->empty() || text->find_first_not_of("0123456789") != text->npos ||
      !absl::SimpleAtoi(*text, &number) || number < 1 || number > most) {
    return std::nullopt;
  }
  return number;
}

Error BadCount(absl::string_view name, size_t most) {
  return InvalidRequest(absl::StrCat(name, " must be a number from 1 to ", most));
}

Error BadThingName() {
  return InvalidRequest("A thing name has 1 to 128 of the characters a-z A-Z 0-9 : _ -");
}

Routed RouteShadow(absl::string_view method, const std::string& thing, const Target& target) {
  ShadowRequest request{.operation = shadow::Operation::kGet, .thing = thing, .name = {}};
  if (method == "POST") {
    request.operation = shadow::Operation::kUpdate;
  } else if (method == "DELETE") {
    request.operation = shadow::Operation::kDelete;
  } else if (method != "GET" && method != "HEAD") {
    return MethodNotAllowed("GET, HEAD, POST, DELETE");
  }
  if (auto twice = GivenTwice(target, {"name"})) return *std::move(twice);
  if (!shadow::IsThingName(thing)) return BadThingName();
  if (const auto name = target.Find("name")) {
    if (!shadow::IsShadowName(*name)) {
      return InvalidRequest("A shadow name has 1 to 64 of the characters a-z A-Z 0-9 : _ - $");
    }
    request.name = std::string(*name);
  }
  return Operation(std::move(request));
}

Routed RouteList(absl::string_view method, const std::string& thing, const Target& target) {
  if (method != "GET" && method != "HEAD") return MethodNotAllowed("GET, HEAD");
  if (auto twice = GivenTwice(target, {"pageSize", "nextToken"})) return *std::move(twice);
  if (!shadow::IsThingName(thing)) return BadThingName();
  const auto page_size = ReadCount(target, "pageSize", kPageSizeDefault, kPageSizeMax);
  if (!page_size) return BadCount("pageSize", kPageSizeMax);
  auto after = ReadToken(target);
  if (!after || (!after->empty() && !shadow::IsShadowName(*after))) {
    return InvalidRequest("nextToken is not one that a list gave");
  }
  return Operation(
      ListNamedShadows{.thing = thing, .page_size = *page_size, .after = *std::move(after)});
}

// The topic is all that follows: its own slashes may be encoded or not.
std::string TopicOf(const Target& target) {
  return absl::StrJoin(target.segments.begin() + 1, target.segments.end(), "/");
}

Routed RoutePublish(const Request& request, const Target& target) {
  if (request.method != "POST") return MethodNotAllowed("POST");
  if (auto twice =
          GivenTwice(target, {"qos", "retain", "contentType", "responseTopic", "messageExpiry"})) {
    return *std::move(twice);
  }
  auto publish = ReadPublish(request, target, TopicOf(target));
  if (auto* error = std::get_if<Error>(&publish)) return std::move(*error);
  return Operation(std::get<Publish>(std::move(publish)));
}

Routed RouteRetained(absl::string_view method, const Target& target) {
  if (method != "GET" && method != "HEAD") return MethodNotAllowed("GET, HEAD");
  if (target.segments.size() > 1) {
    std::string topic = TopicOf(target);
    if (!IsTopic(topic)) return BadTopic();
    return Operation(GetRetained{.topic = std::move(topic)});
  }
  if (auto twice = GivenTwice(target, {"maxResults", "nextToken"})) return *std::move(twice);
  const auto most = ReadCount(target, "maxResults", kRetainedDefault, kRetainedMax);
  if (!most) return BadCount("maxResults", kRetainedMax);
  auto after = ReadToken(target);
  if (!after) return InvalidRequest("nextToken is not one that a list gave");
  return Operation(ListRetained{.results_max = *most, .after = *std::move(after)});
}

Routed RouteConnection(absl::string_view method, const Target& target) {
  if (method != "DELETE") return MethodNotAllowed("DELETE");
  if (auto twice = GivenTwice(target, {"cleanSession", "preventWillMessage"})) {
    return *std::move(twice);
  }
  const std::string& id = target.segments[1];
  if (id.empty() || id.size() > kClientIdBytesMax || id[0] == '$' || !shadow::IsUtf8(id) ||
      id.find('\0') != std::string::npos) {
    return InvalidRequest(absl::StrCat("A client id has 1 to ", kClientIdBytesMax,
                                       " bytes of UTF-8 and does not begin with $"));
  }
  const auto prevent_will = ReadFlag(target, "preventWillMessage");
  const auto clean = ReadFlag(target, "cleanSession");
  if (!prevent_will || !clean) {
    return InvalidRequest("cleanSession and preventWillMessage are true or false");
  }
  if (*clean) return InvalidRequest("cleanSession: this broker ends connections, not sessions");
  return Operation(Disconnect{.client_id = id, .prevent_will = *prevent_will});
}

}  // namespace

std::string PageToken(absl::string_view last) {
  std::string token;
  absl::WebSafeBase64Escape(absl::StrCat(kTokenPrefix, last), &token);
  return token;
}

std::variant<Operation, Error> Route(const Request& request, const Target& target) {
  const auto& path = target.segments;
  if (path.size() == 3 && path[0] == "things" && path[2] == "shadow") {
    return RouteShadow(request.method, path[1], target);
  }
  if (path.size() == 5 && path[0] == "api" && path[1] == "things" && path[2] == "shadow" &&
      path[3] == "ListNamedShadowsForThing") {
    return RouteList(request.method, path[4], target);
  }
  if (path.size() > 1 && path[0] == "topics") return RoutePublish(request, target);
  if (path[0] == "retainedMessage") return RouteRetained(request.method, target);
  if (path.size() == 2 && path[0] == "connections") return RouteConnection(request.method, target);
  return NotFound("There is nothing at this path");
}

}  // namespace rest
