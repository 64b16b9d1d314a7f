// Messages of the service's own on their way to the broker: kept with the commit that they were
// made in, handed to the plugin in their order once that is done, and forgotten with a later commit
// once the plugin has confirmed them. After a crash what was not forgotten goes out again: none is
// lost, and one may come twice.
//
// Thread rule: the link's.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "desk/desk.h"
#include "service/link/commands.h"
#include "service/watch/log.h"
#include "storage/draft.h"
#include "storage/store.h"

namespace service {

class PostOffice {
 public:
  // So many wait for a confirmation at most; the others wait here.
  static constexpr size_t kUnderWayMax = 256;

  // Finds what an earlier life left in `store`. All outlive it. `now`: epoch seconds, of the time
  // that shadows live by.
  static absl::StatusOr<std::unique_ptr<PostOffice>> Load(const storage::Store& store,
                                                          Commands& commands,
                                                          std::function<int64_t()> now, Log& log);

  // Puts messages into the draft, to go out when it is committed.
  void Take(absl::Span<const desk::Message> messages, storage::Draft& draft);
  // Takes those off the draft that the plugin has confirmed.
  void Clear(storage::Draft& draft);
  // The draft is committed, or is not.
  void Committed();
  void Failed();

  // How many are committed, and not confirmed.
  size_t waiting() const { return waiting_.size() + under_way_; }

  // Whether some are confirmed, and still lie in the store.
  bool HasConfirmed() const { return !confirmed_.empty(); }

  // The link is up, or not: hands the plugin what waits.
  void Send(bool link_up);

 private:
  struct Waiting {
    uint64_t number;
    std::string post;  // as it is stored
  };

  PostOffice(Commands& commands, std::function<int64_t()> now, Log& log)
      : commands_(commands), now_(std::move(now)), log_(log) {}

  void Hand(Waiting waiting);

  Commands& commands_;
  const std::function<int64_t()> now_;
  Log& log_;
  uint64_t next_number_ = 1;
  std::deque<Waiting> staged_;   // in the draft
  std::deque<Waiting> waiting_;  // in the store, in their order
  size_t under_way_ = 0;
  bool was_lost_ = false;  // one did not reach the plugin: the link is down, or will be
  std::vector<uint64_t> confirmed_;
  std::vector<uint64_t> clearing_;  // erased in the draft
};

}  // namespace service
