#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/json_text.h"
#include "cli/listing.h"
#include "cli/shadow/call.h"
#include "cli/shadow/https_client.h"
#include "shadow/arena.h"
#include "shadow/json.h"

ABSL_FLAG(int64_t, page_size, 100, "N: names asked for at a time, 1 to 100");

namespace cli {
namespace {

constexpr absl::string_view kShadowListFlags[] = {
    "page_size",     "endpoint",          "cafile", "cert",   "key",
    "access_key_id", "secret_access_key", "region", "timeout"};

// Adds a page's names; gives the token of the next page, empty after the last one.
absl::StatusOr<std::string> TakePage(const std::string& text, std::vector<std::string>& names) {
  shadow::Arena arena;
  const auto json = shadow::IsUtf8(text) ? shadow::ParseJson(text, 0, arena) : std::nullopt;
  const shadow::Value* const results = json ? shadow::Find(*json, "results") : nullptr;
  if (results == nullptr || !results->is_array()) {
    return absl::InternalError("the answer holds no \"results\"");
  }
  for (const shadow::Value& name : results->elements()) {
    names.push_back(shadow::Unescape(name.text()));
  }
  const shadow::Value* const token = shadow::Find(*json, "nextToken");
  return token == nullptr || token->is_null() ? "" : shadow::Unescape(token->text());
}

absl::StatusOr<ExitCode> RunShadowList(Call& call) {
  if (!shadow::IsThingName(call.arguments[0])) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", call.arguments[0], "\" cannot name a thing"));
  }
  auto client = HttpsClient::FromFlags();
  if (!client.ok()) return client.status();
  const std::string path =
      absl::StrCat("/api/things/shadow/ListNamedShadowsForThing/", Encoded(call.arguments[0]), "?");
  const std::string size = absl::StrCat("pageSize=", absl::GetFlag(FLAGS_page_size));
  Listing results(call, "results");
  std::string token;
  do {
    // In the order of the alphabet: libcurl signs them as they stand.
    const auto page = client->Get(absl::StrCat(
        path, token.empty() ? "" : "nextToken=", Encoded(token), token.empty() ? "" : "&", size));
    if (!page.ok()) return page.status();
    std::vector<std::string> names;
    const auto next = TakePage(*page, names);
    if (!next.ok()) return next.status();
    token = *next;
    for (const std::string& name : names) results.Add(name, JsonText::String(name));
  } while (!token.empty());
  return results.Finish();
}

}  // namespace

extern const Command kShadowList;
constexpr Command kShadowList{
    .path = "shadow list",
    .arguments = "THING",
    .summary = "list the names of a thing's named shadows, page by page",
    .details = "",
    .flags = kShadowListFlags,
    .run = RunShadowList,
};

}  // namespace cli
