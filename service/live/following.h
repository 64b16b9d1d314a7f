// Something that a page follows (docs/console-api.md, live). Of what changes faster than a page can
// see only the newest counts: such a following says when it has something to tell, and words it
// then. All else is put into the page's outbox as it comes.
//
// Thread rule: the HTTP server's thread.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "service/commit/feed.h"
#include "service/commit/trace.h"
#include "service/live/page_frame.h"
#include "service/live/roster_view.h"
#include "shadow/arena.h"
#include "shadow/limits.h"
#include "storage/store.h"

namespace service {

// Milliseconds of a clock that goes steadily, and of the wall's.
struct Moment {
  int64_t steady_ms = 0;
  int64_t at_ms = 0;
};
Moment MomentNow();

class Following {
 public:
  static constexpr int64_t kNotDue = std::numeric_limits<int64_t>::max();

  explicit Following(int64_t id) : id_(id) {}
  virtual ~Following() = default;

  int64_t id() const { return id_; }

  // When it has something to tell, on the steady clock.
  virtual int64_t DueMs() const { return kNotDue; }
  // What it has to tell by now; nothing: it has turned out to be nothing.
  virtual std::optional<std::string> Take(const Moment& now) = 0;

  // What happens; true: it may be due.
  virtual bool RosterIs(const Roster*) { return false; }
  virtual bool RowChanged(Roster::Place) { return false; }
  virtual bool ShadowChanged(const ShadowNews&) { return false; }
  virtual bool FaultsAre(const std::string&) { return false; }

 private:
  const int64_t id_;
};

// Rows of the things that a query matches.
class ThingsFollowing : public Following {
 public:
  static constexpr int64_t kPaceMs = 250;

  ThingsFollowing(int64_t id, FollowThings asked) : Following(id), asked_(std::move(asked)) {}

  // Other rows of the same; false: it is not the same, or is wanted anew.
  bool Move(const FollowThings& asked);

  int64_t DueMs() const override;
  std::optional<std::string> Take(const Moment& now) override;
  bool RosterIs(const Roster* roster) override;
  bool RowChanged(Roster::Place place) override;

 private:
  std::string First(const Moment& now) const;

  FollowThings asked_;
  const Roster* roster_ = nullptr;
  std::optional<RosterView> view_;
  bool is_first_ = true;                      // the window has not been told
  absl::flat_hash_set<Roster::Place> dirty_;  // of the window
  size_t moved_told_ = 0;
  int64_t told_ms_ = 0;
};

// A shadow's document as a get words it.
class ShadowFollowing : public Following {
 public:
  static constexpr int64_t kPaceMs = 100;

  // Both outlive it. `now`: epoch seconds, of shadows.
  ShadowFollowing(int64_t id, FollowShadow asked, const storage::Store& store,
                  const shadow::Limits& limits, const std::function<int64_t()>& now)
      : Following(id), asked_(std::move(asked)), store_(store), limits_(limits), now_(now) {}

  int64_t DueMs() const override;
  std::optional<std::string> Take(const Moment& now) override;
  // It may have missed something.
  bool RosterIs(const Roster*) override;
  bool ShadowChanged(const ShadowNews& news) override;

 private:
  struct Found {
    std::string document{};  // empty: there is none
    int64_t version = 0;     // of the document, or of the one that was deleted, plus one
  };
  // Nothing: it cannot be read.
  std::optional<Found> Read() const;

  const FollowShadow asked_;
  const storage::Store& store_;
  const shadow::Limits& limits_;
  const std::function<int64_t()>& now_;
  bool is_due_ = true;
  std::optional<int64_t> told_version_;
  ShadowNews by_;  // of its last change; no version: none was seen
  int64_t told_ms_ = -kPaceMs;
};

// The way of each request of one thing.
class TraceFollowing : public Following {
 public:
  // `come`: as Trace::Follow has it.
  TraceFollowing(int64_t id, const FollowTrace& asked, Trace& trace, std::function<void()> come)
      : Following(id), follower_(trace.Follow(asked.thing, std::move(come))) {}

  std::optional<std::string> Take(const Moment&) override { return std::nullopt; }
  Trace::Follower& follower() { return *follower_; }

 private:
  const std::unique_ptr<Trace::Follower> follower_;
};

// The fault plans in force.
class FaultsFollowing : public Following {
 public:
  explicit FaultsFollowing(int64_t id) : Following(id) {}

  int64_t DueMs() const override { return is_due_ ? 0 : kNotDue; }
  std::optional<std::string> Take(const Moment& now) override;
  // `members`: `"bench":true,"plans":[…]`
  bool FaultsAre(const std::string& members) override;

 private:
  bool is_due_ = false;
  std::string members_;
};

// What is put into the outbox as it comes.
class PlainFollowing : public Following {
 public:
  enum class What : uint8_t { kMqtt, kHealth, kRefusals };

  PlainFollowing(int64_t id, What what) : Following(id), what_(what) {}

  What what() const { return what_; }
  std::optional<std::string> Take(const Moment&) override { return std::nullopt; }

  uint64_t told = 0;  // kRefusals: the number of the last

 private:
  const What what_;
};

}  // namespace service
