#include "rest/call.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "rest/route.h"
#include "shadow/legible.h"

namespace rest {
namespace {

constexpr absl::string_view kTokenPrefix = "1/";  // the form of what follows

// What a presigned request has beside its own parameters.
bool IsSignatures(absl::string_view name) { return absl::StartsWithIgnoreCase(name, "X-Amz-"); }

}  // namespace

std::optional<std::vector<std::string>> NamesAt(absl::string_view path,
                                                absl::Span<const std::string> segments) {
  std::vector<std::string> names;
  for (const absl::string_view part : absl::StrSplit(path.substr(1), '/')) {
    if (segments.empty()) return std::nullopt;
    if (absl::EndsWith(part, "+}")) {
      names.push_back(absl::StrJoin(segments, "/"));  // its slashes may be encoded or not
      return names;
    }
    if (absl::StartsWith(part, "{")) {
      names.push_back(segments[0]);
    } else if (part != segments[0]) {
      return std::nullopt;
    }
    segments.remove_prefix(1);
  }
  if (!segments.empty()) return std::nullopt;
  return names;
}

std::optional<Error> GivenTwice(const Target& target, absl::Span<const absl::string_view> names) {
  for (const absl::string_view name : names) {
    if (target.Count(name) > 1) {
      return InvalidRequest(absl::StrCat("The parameter ", name, " is given more than once"));
    }
  }
  return std::nullopt;
}

std::optional<Error> GivenWrong(const Target& target, absl::Span<const absl::string_view> names) {
  for (const auto& [name, value] : target.parameters) {
    if (std::find(names.begin(), names.end(), name) != names.end() || IsSignatures(name)) continue;
    std::string shown;
    shadow::AppendLegible(name, shown);
    return InvalidRequest(absl::StrCat("The parameter '", shown, "' is not known here; there ",
                                       names.empty()       ? "is none"
                                       : names.size() == 1 ? "is "
                                                           : "are ",
                                       absl::StrJoin(names, ", ")));
  }
  return GivenTwice(target, names);
}

std::string PageToken(absl::string_view last) {
  std::string token;
  absl::WebSafeBase64Escape(absl::StrCat(kTokenPrefix, last), &token);
  return token;
}

std::optional<std::string> ReadToken(const Target& target, absl::string_view name) {
  const absl::string_view token = target.Find(name).value_or("");
  std::string text;
  if (token.empty()) return text;
  if (!absl::WebSafeBase64Unescape(token, &text) || !absl::StartsWith(text, kTokenPrefix) ||
      PageToken(text.substr(kTokenPrefix.size())) != token) {
    return std::nullopt;
  }
  return text.substr(kTokenPrefix.size());
}

std::optional<uint64_t> ReadNumber(absl::string_view text, uint64_t most) {
  uint64_t number = 0;
  if (text.empty() || text.find_first_not_of("0123456789") != text.npos ||
      !absl::SimpleAtoi(text, &number) || number > most) {
    return std::nullopt;
  }
  return number;
}

std::optional<size_t> ReadCount(const Target& target, absl::string_view name, size_t usual,
                                size_t most) {
  const auto text = target.Find(name);
  if (!text) return usual;
  const auto number = ReadNumber(*text, most);
  if (!number || *number < 1) return std::nullopt;
  return *number;
}

Error BadCount(absl::string_view name, size_t most) {
  return InvalidRequest(absl::StrCat(name, " must be a number from 1 to ", most));
}

Error BadThingName() {
  return InvalidRequest("A thing name has 1 to 128 of the characters a-z A-Z 0-9 : _ -");
}

Error BadShadowName() {
  return InvalidRequest("A shadow name has 1 to 64 of the characters a-z A-Z 0-9 : _ - $");
}

}  // namespace rest
