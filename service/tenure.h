// One time of being the active shadowd: from when the store was taken until it is another one's,
// may be, or is handed over.
//
// Thread rule: the link's, but where it says any.
#pragma once

#include <atomic>
#include <functional>
#include <optional>

#include "absl/status/status.h"
#include "service/watch/standing.h"
#include "storage/ownership.h"

namespace service {

class Tenure {
 public:
  // `ownership` was taken and outlives this. `wake` makes the link's thread call Renew; from any
  // thread.
  Tenure(storage::Ownership& ownership, std::function<void()> wake)
      : ownership_(ownership), wake_(std::move(wake)) {}

  // Renews the ownership if that is due. Gives how many milliseconds the next call can wait.
  int Renew();

  // Whether what is known here may leave: answers, news. Any thread.
  bool Holds() const { return ownership_.Holds(); }

  // Why it has ended; nothing: it goes on.
  std::optional<StepDown> over() const { return over_; }

  // Has it end with the next Renew. Unimplemented: the store is not one to be handed over. Any
  // thread.
  absl::Status AskHandOver();

  // The end: whoever stands by can have the store, unless somebody has it already. Nothing is
  // committed any more.
  void GiveUp(StepDown why);

 private:
  storage::Ownership& ownership_;
  const std::function<void()> wake_;
  std::atomic<bool> hand_over_ = false;
  std::optional<StepDown> over_;
};

}  // namespace service
