// Sees what the device under test does: follows the admin socket's `observe` on a thread of its
// own.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "advise/observation.h"
#include "cli/service/admin_connection.h"

namespace cli {

class Witness {
 public:
  // Of the thing, and of the client of that id, if that is not empty.
  static absl::StatusOr<std::unique_ptr<Witness>> Open(const std::string& thing,
                                                       const std::string& client);
  ~Witness();

  // The next observation, or nothing if none comes in time; a status if none can come any more, or
  // some were lost.
  absl::StatusOr<std::optional<advise::Observation>> Next(absl::Duration timeout);

  // The broker's clock, by ours.
  int64_t NowUs() const;

 private:
  Witness(AdminConnection connection, int64_t offset_us);
  void Follow();
  void Take(absl::StatusOr<std::string> line);

  AdminConnection connection_;
  const int64_t offset_us_;  // of the broker's clock before ours
  absl::Mutex mutex_;
  std::deque<advise::Observation> seen_ ABSL_GUARDED_BY(mutex_);
  absl::Status ended_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace cli
