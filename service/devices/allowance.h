// How many certificates may be made for devices (F15): each costs time of the one thread that
// performs what changes the account. Counted per connection and for all together; who has used up
// what there is gets more as time passes. Pure: the time is handed in.
#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/container/flat_hash_map.h"

namespace service {

class Allowance {
 public:
  // So many at once, and so many more each second. AWS gives an account 10 in a second.
  static constexpr double kAtOnce = 5;
  static constexpr double kPerSecond = 0.5;
  static constexpr double kAllAtOnce = 20;
  static constexpr double kAllPerSecond = 10;
  static constexpr size_t kConnectionsMax = 4096;  // that are remembered

  // Takes one for the connection, if there is one.
  bool Take(uint64_t connection, int64_t now_ms);

 private:
  struct Purse {
    double left = 0;
    int64_t at_ms = 0;

    void Fill(double most, double per_second, int64_t now_ms);
  };

  void Forget(int64_t now_ms);  // those that have all they can have

  absl::flat_hash_map<uint64_t, Purse> of_connections_;
  Purse of_all_{.left = kAllAtOnce};
};

}  // namespace service
