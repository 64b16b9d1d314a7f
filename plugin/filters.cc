#include "plugin/filters.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "plugin/gate.h"
#include "proto/topic.h"

namespace plugin {

void Filters::Connect(const std::string& client_id, bool clean) {
  if (sessions_.size() >= sessions_max_ && !sessions_.contains(client_id)) return;
  Session& session = sessions_[client_id];
  if (clean) session = {.complete = true, .filters = {}};
}

void Filters::Subscribe(const std::string& client_id, absl::string_view filter) {
  filter = WithoutShare(filter);
  const auto found = sessions_.find(client_id);
  // Only filters that begin with '$' match topics that do.
  if (found == sessions_.end() || !absl::StartsWith(filter, "$aws/")) return;
  std::vector<std::string>& filters = found->second.filters;
  if (std::find(filters.begin(), filters.end(), filter) == filters.end()) {
    filters.emplace_back(filter);
  }
}

void Filters::Unsubscribe(const std::string& client_id, absl::string_view filter) {
  const auto found = sessions_.find(client_id);
  if (found == sessions_.end()) return;
  const absl::string_view plain = WithoutShare(filter);
  std::erase_if(found->second.filters, [&](const std::string& known) { return known == plain; });
}

void Filters::Disconnect(const std::string& client_id, bool clean) {
  if (clean) sessions_.erase(client_id);
}

bool Filters::Deliver(const std::string& client_id, absl::string_view topic, bool own) const {
  const auto found = sessions_.find(client_id);
  if (found == sessions_.end()) return !own;
  const Session& session = found->second;
  if (std::any_of(session.filters.begin(), session.filters.end(),
                  [&](const std::string& filter) { return proto::FilterMatches(filter, topic); })) {
    return true;
  }
  return !session.complete && !own;
}

}  // namespace plugin
