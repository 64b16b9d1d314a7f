#include "service/commit/replays.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "storage/key.h"
#include "storage/record.h"

namespace service {
namespace {

// What is known of an ask: of which shadow it is, and over which version it was applied.
struct Replay {
  std::string key;
  int64_t over = -1;  // -1: it was not applied
};

// Those of each shadow that were applied and are not placed yet, the lowest version first.
using Unplaced = absl::flat_hash_map<std::string, std::multimap<int64_t, size_t>>;

int64_t AppliedOver(Journal& journal, const Ask& ask) {
  if (!ask.request.resent) return -1;
  const auto found = journal.Find(ask.broker, ask.request.sequence);
  if (!found.ok() || !*found || (*found)->beyond) return -1;
  return storage::NameOf((*found)->previous).version;
}

}  // namespace

// A queue for each broker. What stands first in one may go unless something of its shadow that was
// applied earlier waits in another; what was not applied waits for all that was. If nothing may go,
// which the order of commits rules out, the first may.
void OrderReplays(Journal& journal, std::vector<Ask>& asks) {
  const auto is_resent = [](const Ask& ask) { return ask.request.resent; };
  if (std::none_of(asks.begin(), asks.end(), is_resent)) return;
  std::vector<Replay> known;
  for (Ask& ask : asks) {
    known.push_back({storage::RecordKey(ask.request.id), AppliedOver(journal, ask)});
    ask.replayed = known.back().over >= 0;
  }
  if (asks.front().broker == asks.back().broker) return;
  Unplaced applied;
  std::map<size_t, std::vector<size_t>> queues;  // by broker, the last one first
  for (size_t i = 0; i < asks.size(); ++i) {
    if (asks[i].replayed) applied[known[i].key].emplace(known[i].over, i);
    queues[asks[i].broker].push_back(i);
  }
  for (auto& [broker, queue] : queues) std::reverse(queue.begin(), queue.end());
  const auto may_go = [&](size_t i) {
    const auto of_shadow = applied.find(known[i].key);
    if (of_shadow == applied.end() || of_shadow->second.empty()) return true;
    const auto& [version, first] = *of_shadow->second.begin();
    return asks[i].replayed ? known[i].over <= version : asks[first].broker == asks[i].broker;
  };
  std::vector<Ask> ordered;
  ordered.reserve(asks.size());
  while (ordered.size() < asks.size()) {
    std::vector<size_t>* next = nullptr;
    for (auto& [broker, queue] : queues) {
      if (queue.empty()) continue;
      if (next == nullptr) next = &queue;
      if (!may_go(queue.back())) continue;
      next = &queue;
      break;
    }
    const size_t i = next->back();
    next->pop_back();
    if (asks[i].replayed) {
      auto& of_shadow = applied[known[i].key];
      const auto [begin, end] = of_shadow.equal_range(known[i].over);
      of_shadow.erase(std::find_if(begin, end, [i](const auto& one) { return one.second == i; }));
    }
    ordered.push_back(asks[i]);
  }
  asks = std::move(ordered);
}

}  // namespace service
