// The past of one shadow as the service keeps it, over HTTPS (docs/https.md).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cli/shadow/answer.h"
#include "cli/shadow/https_client.h"
#include "shadow/id.h"
#include "shadow/json.h"

namespace cli {

// Which entries.
struct HistoryQuery {
  std::optional<int64_t> since{};  // epoch seconds
  std::optional<int64_t> until{};
  std::vector<std::string> path{};  // empty: any
  std::string by{};                 // client id or principal; empty: anybody
  std::string lanes{};              // "w,r,e"; empty: all
  int64_t limit = 0;
};

// Why there are no more.
struct HistoryEnd {
  bool at_limit = false;     // there may be older ones
  std::string why{};         // "begin", "not_kept", "damaged"
  int64_t kept_version = 0;  // the oldest that is kept; 0: it is not told
  int64_t kept_timestamp = 0;
};

class Past {
 public:
  // By the flags that say where the endpoint is. `id` is copied.
  static absl::StatusOr<Past> Of(const shadow::ShadowId& id);

  // GET or POST of `what` below the thing, such as "versions/12"; Internal if the answer is no
  // JSON object.
  using Parameters = std::map<std::string, std::string>;
  absl::StatusOr<std::unique_ptr<Answer>> Get(absl::string_view what, Parameters parameters = {});
  absl::StatusOr<std::unique_ptr<Answer>> Post(absl::string_view what, const std::string& body);

  // The entries that `query` wants, newest first, page by page, until `take` gives false or fails.
  using TakePage = std::function<absl::StatusOr<bool>(absl::Span<const shadow::Value> entries)>;
  absl::StatusOr<HistoryEnd> History(const HistoryQuery& query, const TakePage& take);

 private:
  Past(HttpsClient client, const shadow::ShadowId& id)
      : client_(std::move(client)), thing_(id.thing), name_(id.name) {}

  HttpsClient client_;
  const std::string thing_;
  const std::string name_;
};

// "/_shadow/v1/things/lamp/versions?at=12&name=S": the parameters in the order of their names, as a
// signature wants them.
std::string PastPath(const shadow::ShadowId& id, absl::string_view what,
                     Past::Parameters parameters);

}  // namespace cli
