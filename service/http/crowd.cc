#include "service/http/crowd.h"

namespace service {

std::optional<Crowd::Place> Crowd::Enter(absl::string_view from) {
  if (size_ >= most_ || size_from(from) >= most_of_one_) return std::nullopt;
  ++size_;
  ++by_place_[from];
  return Place(*this, std::string(from));
}

size_t Crowd::size_from(absl::string_view place) const {
  const auto found = by_place_.find(place);
  return found == by_place_.end() ? 0 : found->second;
}

void Crowd::Leave(const std::string& from) {
  --size_;
  const auto found = by_place_.find(from);
  if (--found->second == 0) by_place_.erase(found);
}

}  // namespace service
