#include "proto/device_topic.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "proto/topic.h"
#include "shadow/id.h"

namespace proto {
namespace {

using Kind = DeviceTopic::Kind;
using Family = DeviceTopic::Family;
using Format = DeviceTopic::Format;

constexpr absl::string_view kJson = "/json";
constexpr absl::string_view kCbor = "/cbor";

// Cuts "/json" or "/cbor" off the end. False: neither stands there.
bool ConsumeFormat(absl::string_view& text, Format& format) {
  if (absl::ConsumeSuffix(&text, kJson)) {
    format = Format::kJson;
    return true;
  }
  if (!absl::ConsumeSuffix(&text, kCbor)) return false;
  format = Format::kCbor;
  return true;
}

// What stands behind "$aws/things/T/jobs/".
DeviceTopic ParseJobs(absl::string_view thing, absl::string_view rest) {
  DeviceTopic parsed{.kind = Kind::kService, .family = Family::kJobs, .subject = thing};
  if (rest == "notify" || rest == "notify-next" || absl::EndsWith(rest, "/accepted") ||
      absl::EndsWith(rest, "/rejected")) {
    return parsed;
  }
  parsed.kind = Kind::kRequest;
  if (rest == "get" || rest == "start-next") {
    parsed.verb = rest;
    return parsed;
  }
  bool more = false;
  const absl::string_view item = TakeLevel(rest, more);
  if (!more || item.empty() || (rest != "get" && rest != "update")) return parsed;
  parsed.item = item;
  parsed.verb = rest;
  return parsed;
}

// What stands behind "$aws/commands/".
DeviceTopic ParseCommands(absl::string_view rest) {
  DeviceTopic parsed{.kind = Kind::kService, .family = Family::kCommands};
  bool more = false;
  const absl::string_view kind = TakeLevel(rest, more);
  parsed.is_client = kind == "clients";
  if (!parsed.is_client && kind != "things") return parsed;
  parsed.subject = TakeLevel(rest, more);
  if (parsed.subject.empty() || TakeLevel(rest, more) != "executions") return parsed;
  parsed.item = TakeLevel(rest, more);
  if (parsed.item.empty() || !more) return parsed;
  if (rest == "response" || (ConsumeFormat(rest, parsed.format) && rest == "response")) {
    parsed.kind = Kind::kRequest;
  }
  return parsed;
}

DeviceTopic ParseCertificates(absl::string_view rest) {
  DeviceTopic parsed{.kind = Kind::kService, .family = Family::kCertificates};
  if (!ConsumeFormat(rest, parsed.format)) return parsed;
  if (rest != "create" && rest != "create-from-csr") return parsed;
  parsed.verb = rest;
  parsed.kind = Kind::kRequest;
  return parsed;
}

DeviceTopic ParseTemplates(absl::string_view rest) {
  DeviceTopic parsed{.kind = Kind::kService, .family = Family::kTemplates};
  bool more = false;
  parsed.subject = TakeLevel(rest, more);
  if (!parsed.subject.empty() && more && ConsumeFormat(rest, parsed.format) &&
      rest == "provision") {
    parsed.kind = Kind::kRequest;
  }
  return parsed;
}

}  // namespace

DeviceTopic ParseDeviceTopic(absl::string_view topic) {
  if (!absl::ConsumePrefix(&topic, "$aws/")) return {};
  if (absl::ConsumePrefix(&topic, "things/")) {
    bool more = false;
    const absl::string_view thing = TakeLevel(topic, more);
    if (!absl::ConsumePrefix(&topic, "jobs/") || !shadow::IsThingName(thing)) return {};
    return ParseJobs(thing, topic);
  }
  if (absl::ConsumePrefix(&topic, "commands/")) return ParseCommands(topic);
  if (absl::ConsumePrefix(&topic, "certificates/")) return ParseCertificates(topic);
  if (absl::ConsumePrefix(&topic, "provisioning-templates/")) return ParseTemplates(topic);
  return {};
}

bool IsOfProvisioning(absl::string_view topic) {
  const DeviceTopic parsed = ParseDeviceTopic(topic);
  return parsed.kind != Kind::kNone &&
         (parsed.family == Family::kCertificates || parsed.family == Family::kTemplates);
}

std::string DeviceAnswerTopic(absl::string_view request_topic, bool accepted) {
  const absl::string_view word = accepted ? "/accepted" : "/rejected";
  const DeviceTopic parsed = ParseDeviceTopic(request_topic);
  absl::string_view format;
  if (parsed.family == Family::kCommands) {
    // The format comes last, whether or not the request named one.
    format = parsed.format == Format::kJson ? kJson : kCbor;
    absl::ConsumeSuffix(&request_topic, format);
  }
  return absl::StrCat(request_topic, word, format);
}

}  // namespace proto
