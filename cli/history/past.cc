#include "cli/history/past.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/json_text.h"
#include "cli/shadow/members.h"

namespace cli {
namespace {

constexpr int64_t kPageEntries = 1000;  // what the service gives at most

Past::Parameters ParametersOf(const HistoryQuery& query) {
  Past::Parameters parameters;
  if (query.since) parameters["since"] = absl::StrCat(*query.since);
  if (query.until) parameters["until"] = absl::StrCat(*query.until);
  if (!query.path.empty()) parameters["path"] = JsonText::Strings(query.path).text();
  if (!query.by.empty()) parameters["by"] = query.by;
  if (!query.lanes.empty()) parameters["lane"] = query.lanes;
  return parameters;
}

HistoryEnd ReadEnd(Members& page) {
  HistoryEnd end{.at_limit = page.Find("end") == nullptr, .why = page.TextOr("end", "")};
  if (const shadow::Value* const kept = page.Find("kept_from"); kept != nullptr) {
    Members members(*kept, "\"kept_from\"");
    end.kept_version = members.NumberOr("version", 0);
    end.kept_timestamp = members.NumberOr("timestamp", 0);
  }
  return end;
}

}  // namespace

absl::StatusOr<Past> Past::Of(const shadow::ShadowId& id) {
  auto client = HttpsClient::FromFlags();
  if (!client.ok()) return client.status();
  return Past(*std::move(client), id);
}

absl::StatusOr<std::unique_ptr<Answer>> Past::Get(absl::string_view what, Parameters parameters) {
  return ReadAnswer(client_.Get(PastPath({thing_, name_}, what, std::move(parameters))));
}

absl::StatusOr<std::unique_ptr<Answer>> Past::Post(absl::string_view what,
                                                   const std::string& body) {
  return ReadAnswer(client_.Post(PastPath({thing_, name_}, what, {}), body));
}

absl::StatusOr<HistoryEnd> Past::History(const HistoryQuery& query, const TakePage& take) {
  Parameters parameters = ParametersOf(query);
  std::string token;
  for (int64_t left = query.limit; left > 0;) {
    parameters["limit"] = absl::StrCat(std::min(left, kPageEntries));
    if (!token.empty()) parameters["after"] = token;
    const auto answer = Get("history", parameters);
    if (!answer.ok()) return answer.status();
    Members page((*answer)->json, "the answer");
    const auto entries = page.Array("entries");
    const std::string next = page.TextOr("nextToken", "");
    if (!page.status().ok()) return absl::InternalError(page.status().message());
    const auto goes_on = take(entries);
    if (!goes_on.ok()) return goes_on.status();
    if (next.empty()) return ReadEnd(page);
    if (!*goes_on) break;
    if (next == token) return absl::InternalError("the service's list does not get on");
    token = next;
    left -= static_cast<int64_t>(entries.size());
  }
  return HistoryEnd{.at_limit = true};
}

std::string PastPath(const shadow::ShadowId& id, absl::string_view what,
                     Past::Parameters parameters) {
  std::string path = absl::StrCat("/_shadow/v1/things/", Encoded(id.thing), "/", what);
  if (!id.classic()) parameters["name"] = std::string(id.name);
  const char* between = "?";
  for (const auto& [name, value] : parameters) {
    absl::StrAppend(&path, between, name, "=", Encoded(value));
    between = "&";
  }
  return path;
}

}  // namespace cli
