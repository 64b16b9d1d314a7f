#include "plugin/filters.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "plugin/gate.h"
#include "proto/topic.h"

namespace plugin {
namespace {

// True if `filter` is `x/#` and `topic` an x: a match to Mosquitto, none to AWS.
bool MatchesAsParent(absl::string_view filter, absl::string_view topic) {
  return absl::ConsumeSuffix(&filter, "/#") && proto::FilterMatches(filter, topic);
}

}  // namespace

void Filters::Connect(absl::string_view client_id, const void* connection, bool clean) {
  if (sessions_.size() >= sessions_max_ && !sessions_.contains(client_id)) return;
  Session& session = sessions_[client_id];
  if (clean) session = {.complete = true, .filters = {}};
  session.connection = connection;
}

void Filters::Subscribe(absl::string_view client_id, absl::string_view filter) {
  filter = WithoutShare(filter);
  const auto found = sessions_.find(client_id);
  // Only filters that begin with '$' match topics that do.
  if (found == sessions_.end() || !absl::StartsWith(filter, "$aws/")) return;
  std::vector<std::string>& filters = found->second.filters;
  if (std::find(filters.begin(), filters.end(), filter) == filters.end()) {
    filters.emplace_back(filter);
  }
}

void Filters::Unsubscribe(absl::string_view client_id, absl::string_view filter) {
  const auto found = sessions_.find(client_id);
  if (found == sessions_.end()) return;
  const absl::string_view plain = WithoutShare(filter);
  std::erase_if(found->second.filters, [&](const std::string& known) { return known == plain; });
}

void Filters::Disconnect(absl::string_view client_id, const void* connection, bool clean) {
  const auto found = sessions_.find(client_id);
  if (!clean || found == sessions_.end() || found->second.connection != connection) return;
  sessions_.erase(found);
}

bool Filters::Deliver(absl::string_view client_id, absl::string_view topic, bool own) const {
  const auto found = sessions_.find(client_id);
  if (found == sessions_.end()) return !own;
  const Session& session = found->second;
  bool explained = false;  // some filter is why the broker wants to deliver
  for (const std::string& filter : session.filters) {
    if (proto::FilterMatches(filter, topic)) return true;
    explained |= MatchesAsParent(filter, topic);
  }
  return !session.complete && !own && !explained;
}

}  // namespace plugin
