// Words for the other brokers what a group has answered at one (docs/link-format.md, news).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "proto/parcel.h"
#include "service/commit/handler.h"

namespace service {

class Newsroom {
 public:
  // `life`: random, of one serving shadowd.
  explicit Newsroom(uint64_t life) : life_(life) {}

  // Adds to each of `dispatches`, which are a group's, the news of what it answers. `asks`: those
  // of the group that came over the links, in the order in which they are answered. What only the
  // asker hears is no news.
  void Report(absl::Span<const Ask> asks, absl::Span<proto::Dispatch> dispatches);

  // What was caused at no broker, for all: an envelope of answers without an epoch.
  proto::Dispatch Report(absl::string_view outcome);

 private:
  const uint64_t life_;
  uint64_t last_number_ = 0;
};

}  // namespace service
