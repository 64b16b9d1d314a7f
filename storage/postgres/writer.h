// The one session that writes, and what its owner knows of the owner's row: each commit proves by
// it that nobody else has taken the store, and what became of a commit that nothing was heard of is
// read from it. Private to this room.
//
// The row has a life, which rises with each owner, and a number n, which rises by one with each
// commit and by two with each settling. So after a connection was lost, n tells by whether it is
// odd against the last one known if the commit that was under way was written, however often
// settling was tried; and whatever is still on its way to the server finds another n.
//
// Thread rule: the thread that commits, but where it says any.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"
#include "storage/ownership.h"
#include "storage/postgres/connection.h"

namespace storage {

class PostgresWriter {
 public:
  // Counts, since the process began. Any thread.
  struct Counts {
    std::atomic<uint64_t> moved = 0;
    std::atomic<uint64_t> reconnects = 0;
    std::atomic<uint64_t> lost_commits = 0;
    std::atomic<uint64_t> resent = 0;
  };

  PostgresWriter(std::string url, std::string holder, int64_t wait_ms);

  // Tries to become the owner. False: it is another one's.
  absl::StatusOr<bool> Take();
  // As in Ownership.
  bool Holds() const { return std::chrono::steady_clock::now().time_since_epoch() < held_until(); }
  absl::StatusOr<int> RenewIfDue();
  absl::Status GiveUp();

  // After Take: where others find the server that takes the owner's commits.
  std::string UrlFromHere() const {
    return connection_ == nullptr ? url_ : connection_->UrlFromHere(url_);
  }

  // Commits what `statements` do, as Store::Commit says.
  absl::Status Commit(std::vector<PostgresStatement> statements);

  // Reads as the owner, behind its own commits.
  absl::StatusOr<std::vector<PostgresRows>> Read(absl::Span<const PostgresStatement> statements);

  // As in Store. Any thread.
  absl::Status Health() const;
  absl::Status Recover();

  // Whether the caller is the thread that commits. Any thread.
  bool IsHere() const { return thread_ == std::this_thread::get_id(); }
  // Any thread.
  int64_t life() const { return life_; }
  bool connected() const { return connected_; }
  const Counts& counts() const { return counts_; }
  // How often a new session was made: what others have open may lead to another server. Any thread.
  uint64_t sessions() const { return sessions_; }

 private:
  using Clock = std::chrono::steady_clock;

  std::chrono::nanoseconds held_until() const { return std::chrono::nanoseconds(held_until_); }
  void HoldFrom(Clock::time_point sent);
  void Drop();
  absl::Status Connect();
  absl::StatusOr<bool> Settle(PostgresDeadline deadline);
  absl::StatusOr<bool> TrySettle(PostgresDeadline deadline);
  absl::StatusOr<bool> Settled(int64_t n);
  absl::Status StepDown(absl::string_view why);
  absl::Status FencedBy(PostgresDeadline deadline);
  absl::Status Refused(const PostgresFailure& failure, PostgresDeadline deadline);
  absl::Status Fail(const absl::Status& status);

  const std::string url_;
  const std::string holder_;
  const std::chrono::milliseconds wait_;
  std::unique_ptr<PostgresConnection> connection_;  // null: there is none
  int64_t n_ = 0;                                   // of the row, as far as is known
  bool pending_ = false;  // a commit with n_ + 1 was sent, and nothing heard of it
  int settlings_ = 0;     // sent since, and nothing heard of them
  Clock::time_point renewed_{};

  std::atomic<int64_t> life_ = 0;        // 0 before the first Take
  std::atomic<int64_t> held_until_ = 0;  // nanoseconds of the steady clock
  std::atomic<bool> connected_ = false;
  std::atomic<uint64_t> sessions_ = 0;
  std::atomic<std::thread::id> thread_{};
  Counts counts_;
  mutable absl::Mutex failure_mutex_;
  absl::Status failure_ ABSL_GUARDED_BY(failure_mutex_);       // that commits fail with
  bool stepped_down_ ABSL_GUARDED_BY(failure_mutex_) = false;  // for good: it is another one's
};

}  // namespace storage
