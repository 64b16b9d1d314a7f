// How much one connection and one thing may ask for: AWS's quotas, to test firmware against them
// (I3, I4). Pure: the time is handed in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace plugin {

class Quotas {
 public:
  static constexpr size_t kAwsInFlight = 10;   // I3
  static constexpr size_t kAwsThingRate = 20;  // I4

  // 0: no limit.
  struct Limits {
    size_t in_flight = 0;   // unanswered requests of one connection
    size_t thing_rate = 0;  // requests a second for one thing; as many may come at once
  };

  enum class Verdict { kWithin, kInFlight, kThingRate };

  explicit Quotas(Limits limits) : limits_(limits) {}

  // A request comes; of no thing if that is empty. Unless it is within the quotas nothing is
  // counted; if it is, Answered must be called once it has ended its wait.
  Verdict Take(uint64_t connection, absl::string_view thing, int64_t now_us);
  void Answered(uint64_t connection);

  // Things of which more is known than that they may use their rate in full. Bounded: beyond the
  // bound things are refused that have not been heard of within the second.
  size_t things() const { return full_at_us_.size(); }

 private:
  bool Spend(absl::string_view thing, int64_t now_us);
  void ForgetFull(int64_t now_us);

  const Limits limits_;
  absl::flat_hash_map<uint64_t, size_t> in_flight_;  // by connection; never 0
  // A token bucket a thing, told by the instant at which it will be full again. A full one is as
  // good as none.
  absl::flat_hash_map<std::string, int64_t> full_at_us_;
  int64_t forgot_us_ = 0;
};

}  // namespace plugin
