// What the plugins are asked to do for an HTTPS client, and have not said yet that it is done. With
// several brokers a command goes to all that are there, and their replies become one.
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
#include "proto/parcel.h"

namespace service {

// A set of brokers: bit b is broker b.
using Brokers = uint32_t;
inline constexpr Brokers kAllBrokers = ~Brokers{0};
inline constexpr Brokers BrokerBit(size_t broker) { return Brokers{1} << broker; }

// One command as it leaves over the links.
struct Order {
  std::string envelope;
  std::string
      look{};  // a filter to subscribe to right after it, and to let go of: retained messages
  Brokers brokers = kAllBrokers;  // that are to have it
};

class Commands {
 public:
  // A reply must come within this time, and a little more.
  static constexpr std::chrono::seconds kReplyWait{10};

  // Null: there was no link, or no reply. Valid during the call.
  using Done = std::function<void(const proto::CommandReply* reply)>;

  // `wake` makes the link's thread call Take; it may be called from any thread.
  explicit Commands(std::function<void()> wake) : wake_(std::move(wake)) {}

  // `done` is told on the link's thread, once: of several brokers what MergedReply makes of their
  // replies. Those of `to` that are not there when it is sent do not count.
  void Put(const proto::CommandWhat& what, Done done, Brokers to = kAllBrokers);

  // The same, but `each` is told by every broker that was asked, by itself; with none once, of
  // broker 0.
  using Each = std::function<void(size_t broker, const proto::CommandReply* reply)>;
  void PutToEach(const proto::CommandWhat& what, Each each, Brokers to = kAllBrokers);

  // The commands to send, with the links of `up` there. What nobody would hear is told at once.
  std::vector<Order> Take(Brokers up);

  // True if the envelope was a reply. One that nobody waits for has no effect.
  bool Reply(const proto::Parcel& parcel);

  // Tells those that have waited too long, and those for whose brokers there is no link any more.
  void Expire(Brokers up);

 private:
  struct Waiting {
    Done done{};
    Each each{};  // instead of done
    std::chrono::steady_clock::time_point until{};
    Brokers pending = 0;  // whose replies are missing
    bool sent = false;
    size_t what = 0;                     // the index of CommandWhat
    uint16_t most = 0;                   // of a RetainedCommand
    std::vector<std::string> replies{};  // that have come while others are missing
  };

  void Put(const proto::CommandWhat& what, Waiting waiting);
  static void Finish(const Waiting& waiting);
  std::vector<Waiting> DropLost(Brokers up) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::function<void()> wake_;
  absl::Mutex mutex_;
  uint64_t last_id_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<Order> unsent_ ABSL_GUARDED_BY(mutex_);
  std::vector<uint64_t> unsent_ids_ ABSL_GUARDED_BY(mutex_);            // of unsent_
  absl::btree_map<uint64_t, Waiting> waiting_ ABSL_GUARDED_BY(mutex_);  // in the order of time
};

}  // namespace service
