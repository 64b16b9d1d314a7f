#include "storage/draft.h"

#include <iterator>

#include "absl/strings/match.h"

namespace storage {

std::optional<std::string> Draft::Get(absl::string_view key) {
  if (const auto found = changes_.find(key); found != changes_.end()) return found->second;
  if (!status_.ok()) return std::nullopt;
  const std::string keys[] = {std::string(key)};
  std::vector<std::optional<std::string>> values;
  Fail(store_.Read(keys, values));
  return status_.ok() ? std::move(values.front()) : std::nullopt;
}

void Draft::Scan(absl::string_view prefix, absl::string_view after,
                 absl::FunctionRef<bool(absl::string_view, absl::string_view)> visit) {
  if (!status_.ok()) return;
  auto change = after < prefix ? changes_.lower_bound(prefix) : changes_.upper_bound(after);
  const auto changed = [&] {
    return change != changes_.end() && absl::StartsWith(change->first, prefix);
  };
  bool goes_on = true;
  const auto visit_changes_before = [&](const absl::string_view* key) {
    while (goes_on && changed() && (key == nullptr || change->first < *key)) {
      if (change->second) goes_on = visit(change->first, *change->second);
      ++change;
    }
  };
  Fail(store_.Scan(prefix, after, [&](absl::string_view key, absl::string_view value) {
    visit_changes_before(&key);
    if (!goes_on) return false;
    if (changed() && change->first == key) {
      if (change->second) goes_on = visit(key, *change->second);
      ++change;
      return goes_on;
    }
    return goes_on = visit(key, value);
  }));
  if (status_.ok()) visit_changes_before(nullptr);
}

void Draft::Put(absl::string_view key, std::string value) { Change(key, std::move(value)); }

void Draft::Erase(absl::string_view key) { Change(key, std::nullopt); }

void Draft::Change(absl::string_view key, Value value) {
  const auto [place, is_new] = changes_.try_emplace(std::string(key));
  undo_.emplace_back(place->first,
                     is_new ? std::nullopt : std::optional<Value>(std::move(place->second)));
  place->second = std::move(value);
}

void Draft::Undo(size_t mark) {
  for (; undo_.size() > mark; undo_.pop_back()) {
    auto& [key, before] = undo_.back();
    if (before) {
      changes_.find(key)->second = *std::move(before);
    } else {
      changes_.erase(key);
    }
  }
}

std::optional<std::string> Draft::FirstPut(absl::string_view prefix) const {
  for (auto change = changes_.lower_bound(prefix);
       change != changes_.end() && absl::StartsWith(change->first, prefix); ++change) {
    if (change->second) return change->first;
  }
  return std::nullopt;
}

std::vector<Write> Draft::Writes() const {
  std::vector<Write> writes;
  writes.reserve(changes_.size());
  for (const auto& [key, value] : changes_) writes.push_back({key, value});
  return writes;
}

}  // namespace storage
