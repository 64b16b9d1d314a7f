#include "shadow/unique_keys.h"

#include "absl/container/flat_hash_map.h"
#include "absl/numeric/bits.h"
#include "shadow/short_text.h"

namespace shadow {
namespace {

constexpr uint64_t kMixer = 0x9E3779B97F4A7C15;  // spreads a fingerprint over the high bits
constexpr size_t kStepsMax = 16;                 // from a key's first choice of a place

// Different for most different keys: the length, and eight characters, or all of fewer.
uint64_t Fingerprint(absl::string_view key) {
  const char* const first = key.data();
  const char* const end = first + key.size();
  const uint64_t length = uint64_t{key.size()} << 56;
  if (key.size() >= 8) return length ^ Load<uint64_t>(end - 8);
  if (key.size() >= 4)
    return length ^ Load<uint32_t>(first) ^ uint64_t { Load<uint32_t>(end - 4) } << 32;
  // It has its two quotes.
  return length ^ Load<uint16_t>(first) ^ uint64_t { Load<uint16_t>(end - 2) } << 16;
}

absl::Span<Member> WithoutDuplicates(absl::Span<Member> members) {
  absl::flat_hash_map<absl::string_view, size_t> places;
  places.reserve(members.size());
  size_t next = 0;
  for (const Member& member : members) {
    const auto [place, is_new] = places.try_emplace(member.key, next);
    members[place->second] = {place->first, member.value};
    next += is_new;
  }
  return members.first(next);
}

}  // namespace

absl::Span<Member> UniqueKeys::Of(absl::Span<Member> members) {
  return AreUnique(members) ? members : WithoutDuplicates(members);
}

// May say false of unique keys: fingerprints can be the same, and keys can be made to crowd.
bool UniqueKeys::AreUnique(absl::Span<const Member> members) {
  const int bits = absl::bit_width(members.size()) + 1;  // a third of the places stay free
  const size_t places = size_t{1} << bits;
  places_.assign(places, 0);
  for (size_t i = 0; i < members.size(); ++i) {
    const uint64_t fingerprint = Fingerprint(members[i].key);
    size_t place = fingerprint * kMixer >> (64 - bits);
    for (size_t steps = 0; places_[place] != 0; ++steps) {
      if (steps == kStepsMax || Fingerprint(members[places_[place] - 1].key) == fingerprint) {
        return false;
      }
      place = (place + 1) % places;
    }
    places_[place] = static_cast<uint32_t>(i + 1);
  }
  return true;
}

}  // namespace shadow
