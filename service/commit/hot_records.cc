#include "service/commit/hot_records.h"

#include <utility>

namespace service {
namespace {

constexpr size_t kEntryBytes = 128;  // what a map takes for it, about

size_t BytesOf(const std::string& key, const std::string& bytes) {
  return kEntryBytes + key.capacity() + bytes.capacity();
}

}  // namespace

const std::string* HotRecords::Find(const std::string& key) {
  if (const auto found = young_.find(key); found != young_.end()) return &found->second;
  auto node = old_.extract(key);
  if (node.empty()) return nullptr;
  young_bytes_ += BytesOf(node.key(), node.mapped());
  return &young_.insert(std::move(node)).position->second;
}

void HotRecords::Keep(const std::string& key, std::string bytes) {
  old_.erase(key);
  const auto [place, is_new] = young_.try_emplace(key);
  if (!is_new) young_bytes_ -= BytesOf(place->first, place->second);
  place->second = std::move(bytes);
  young_bytes_ += BytesOf(place->first, place->second);
  if (young_bytes_ <= generation_bytes_max_) return;
  old_ = std::exchange(young_, {});
  young_bytes_ = 0;
}

void HotRecords::Clear() {
  young_.clear();
  old_.clear();
  young_bytes_ = 0;
}

}  // namespace service
