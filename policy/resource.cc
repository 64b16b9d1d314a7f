#include "policy/resource.h"

#include <array>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace policy {
namespace {

constexpr size_t kNameBytes = 512;  // longer ones cost an allocation, and only with whole patterns

constexpr ResourceKind kKinds[] = {ResourceKind::kClient, ResourceKind::kTopic,
                                   ResourceKind::kTopicFilter, ResourceKind::kThing};

// Kinds that the control plane asks for by name, or that stand in policies and are never asked for.
constexpr absl::string_view kOtherKinds[] = {"cert",       "cacert",    "policy",
                                             "thinggroup", "thingtype", "billinggroup",
                                             "job",        "command",   "provisioningtemplate",
                                             "index",      "rolealias", "authorizer"};

bool IsKnownKind(absl::string_view kind) {
  for (const ResourceKind known : kKinds) {
    if (kind == KindName(known)) return true;
  }
  for (const absl::string_view known : kOtherKinds) {
    if (kind == known) return true;
  }
  return false;
}

// The part of an ARN that says which resource, or why there is none.
absl::StatusOr<std::string> ResourcePart(absl::string_view text) {
  const std::vector<absl::string_view> fields =
      absl::StrSplit(text, absl::MaxSplits(':', kArnFields - 1));
  if (fields[0] != "arn") {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", text, "\" is not a resource: write \"*\" or an ARN such as ",
                     "\"arn:aws:iot:REGION:ACCOUNT:topic/NAME\""));
  }
  if (fields.size() > 1 && !absl::StartsWith(fields[1], "aws") && fields[1] != "*") {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", text, "\" has the partition \"", fields[1], "\" instead of \"aws\""));
  }
  if (fields.size() < 3 || fields[2] != "iot") {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", text, "\" is not of AWS IoT: its third field must be \"iot\""));
  }
  return fields.size() == kArnFields ? std::string(fields.back()) : "*";
}

}  // namespace

absl::StatusOr<Resource> Resource::Compile(absl::string_view text, bool variables) {
  const auto part = text == "*" ? std::string("*") : ResourcePart(text);
  if (!part.ok()) return part.status();
  auto pattern = Pattern::Compile(
      *part, variables ? Pattern::Syntax::kWildcardsAndVariables : Pattern::Syntax::kWildcardsOnly);
  if (!pattern.ok()) return pattern.status();
  Resource resource(*std::move(pattern));
  resource.any_ = *part == "*";
  if (resource.any_) return resource;
  for (const ResourceKind kind : kKinds) {
    if (!resource.pattern_.ConsumeFixedPrefix(absl::StrCat(KindName(kind), "/"))) continue;
    resource.kind_ = kind;
    return resource;
  }
  const std::string kind = part->substr(0, part->find('/'));
  if (kind.find_first_of("*?$") == std::string::npos && !IsKnownKind(kind)) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", text, "\" names the resource kind \"", kind,
                     "\"; it must be client/, topic/, topicfilter/ or thing/"));
  }
  resource.whole_ = true;
  return resource;
}

bool Resource::Matches(ResourceKind kind, absl::string_view name,
                       const Connection& connection) const {
  if (any_) return true;
  if (!whole_) return kind == kind_ && pattern_.Matches(name, connection);
  absl::InlinedVector<char, kNameBytes> whole;
  const absl::string_view kind_name = KindName(kind);
  whole.insert(whole.end(), kind_name.begin(), kind_name.end());
  whole.push_back('/');
  whole.insert(whole.end(), name.begin(), name.end());
  return pattern_.Matches({whole.data(), whole.size()}, connection);
}

bool Resource::MatchesNamed(absl::string_view kind_and_name, const Connection& connection) const {
  if (any_) return true;
  if (whole_) return pattern_.Matches(kind_and_name, connection);
  return absl::ConsumePrefix(&kind_and_name, KindName(kind_)) &&
         absl::ConsumePrefix(&kind_and_name, "/") && pattern_.Matches(kind_and_name, connection);
}

}  // namespace policy
