// Words for the other brokers what a group has answered at one (docs/link-format.md, news).
#pragma once

#include <cstdint>
#include <functional>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "proto/envelope.h"
#include "proto/parcel.h"
#include "service/commit/handler.h"

namespace service {

class Newsroom {
 public:
  // What nobody hears at any broker of an update that has come over the one at `broker`, by what
  // its plugin says of itself.
  using UnheardOf = std::function<proto::Unheard(const shadow::ShadowId& id, size_t broker,
                                                 const proto::Unheard& there)>;

  // `life`: random, of one serving shadowd.
  Newsroom(uint64_t life, UnheardOf unheard_of) : life_(life), unheard_of_(std::move(unheard_of)) {}

  proto::Unheard Unheard(const proto::LinkRequest& request, size_t broker) const {
    return unheard_of_(request.id, broker, request.unheard);
  }

  // Adds to each of `dispatches`, which are a group's, the news of what it answers. `asks`: those
  // of the group that came over the links, in the order in which they are answered. What only the
  // asker hears is no news.
  void Report(absl::Span<const Ask> asks, absl::Span<proto::Dispatch> dispatches);

  // What was caused at no broker, for all: an envelope of answers without an epoch.
  proto::Dispatch Report(absl::string_view outcome);

 private:
  const uint64_t life_;
  const UnheardOf unheard_of_;
  uint64_t last_number_ = 0;
};

}  // namespace service
