// What the plugin is asked to do for an HTTPS client, and has not said yet that it is done.
//
// Thread rule: Put from any thread; the rest on the link's.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/btree_map.h"
#include "absl/synchronization/mutex.h"
#include "proto/command.h"

namespace service {

// One command as it leaves over the link.
struct Order {
  std::string envelope;
  std::string
      look{};  // a filter to subscribe to right after it, and to let go of: retained messages
};

class Commands {
 public:
  // A reply must come within this time, and a little more.
  static constexpr std::chrono::seconds kReplyWait{10};

  // Null: there was no link, or no reply. Valid during the call.
  using Done = std::function<void(const proto::CommandReply* reply)>;

  // `wake` makes the link's thread call Take; it may be called from any thread.
  explicit Commands(std::function<void()> wake) : wake_(std::move(wake)) {}

  // `done` is told on the link's thread.
  void Put(const proto::CommandWhat& what, Done done);

  // The commands to send. With `link` down nobody would hear them: each is told at once.
  std::vector<Order> Take(bool link);

  // True if the envelope was a reply. One that nobody waits for has no effect.
  bool Reply(absl::string_view envelope);

  // Tells those that have waited too long.
  void Expire();

 private:
  struct Waiting {
    Done done;
    std::chrono::steady_clock::time_point until;
  };

  const std::function<void()> wake_;
  absl::Mutex mutex_;
  uint64_t last_id_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<Order> unsent_ ABSL_GUARDED_BY(mutex_);
  absl::btree_map<uint64_t, Waiting> waiting_ ABSL_GUARDED_BY(mutex_);  // in the order of time
};

}  // namespace service
