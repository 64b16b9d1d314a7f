#include "plugin/reviews.h"

#include <algorithm>

#include "plugin/principal/registry_keeper.h"

namespace plugin {

void Reviews::Came(const void* handle, Principal& principal) {
  by_principal_[{principal.id(), handle}] = &principal;
  by_client_[{principal.client_id(), handle}] = &principal;
}

void Reviews::Left(const void* handle, const Principal& principal) {
  by_principal_.erase({principal.id(), handle});
  by_client_.erase({principal.client_id(), handle});
}

void Reviews::OfAll(Done done) {
  std::vector<const void*> handles;
  handles.reserve(by_client_.size());
  for (const auto& [key, principal] : by_client_) handles.push_back(key.second);
  under_way_.push_back({std::move(handles), std::move(done)});
}

void Reviews::Expire(const Index& index, absl::string_view id, std::vector<const void*>& handles) {
  for (auto at = index.lower_bound({id, nullptr}); at != index.end() && at->first.first == id;
       ++at) {
    at->second->Expire();
    handles.push_back(at->first.second);
  }
}

void Reviews::OfConcerned(absl::Span<const policy::EntryChange> changes,
                          const policy::Registry& registry, Done done) {
  std::vector<const void*> handles;
  for (const policy::EntryChange& change : changes) {
    switch (ConcernOf(change.part)) {
      case Concern::kAnybody:
        return OfAll(std::move(done));
      case Concern::kPrincipal:
        Expire(by_principal_, change.name, handles);
        break;
      case Concern::kIdentity:
        for (const std::string& key : registry.KeysOfIdentity(change.name)) {
          Expire(by_principal_, key, handles);
        }
        break;
      case Concern::kClient:
        Expire(by_client_, change.name, handles);
        break;
      case Concern::kNobody:
        break;
    }
  }
  std::sort(handles.begin(), handles.end());
  handles.erase(std::unique(handles.begin(), handles.end()), handles.end());
  under_way_.push_back({std::move(handles), std::move(done)});
}

void Reviews::Tick(absl::FunctionRef<bool(const void* handle)> judge) {
  const int64_t deadline_us = broker_.SteadyUs() + kTurnUs;
  while (!under_way_.empty()) {
    Review& review = under_way_.front();
    while (!review.handles.empty()) {
      if (broker_.SteadyUs() >= deadline_us) return;
      const void* const handle = review.handles.back();
      review.handles.pop_back();
      if (judge(handle)) ++review.ended;
    }
    const Review over = std::move(review);
    under_way_.pop_front();
    over.done(over.ended);
  }
}

}  // namespace plugin
