// The requests beyond shadows of one commit group. Each that changes something is kept in the
// journal with its answer, and is answered with it when it comes again.
#pragma once

#include <vector>

#include "absl/types/span.h"
#include "proto/envelope.h"
#include "service/commit/devices.h"
#include "service/commit/journal.h"
#include "service/watch/log.h"
#include "storage/draft.h"
#include "storage/journal_entry.h"
#include "storage/store.h"

namespace service {

class DeviceGroup {
 public:
  // All outlive it.
  DeviceGroup(const storage::Store& store, Devices& devices, Log& log)
      : devices_(devices), log_(log), draft_(store) {}

  // Handles `asks` in order and words the answers; none of them counts before the commit. One for
  // which what is stored cannot be read is refused.
  void Run(absl::Span<const DeviceAsk> asks, Journal& journal, proto::AnswerBatchWriter& answers);

  // What other work there is, once all have run.
  void Work() { devices_.Work(draft_); }

  std::vector<storage::Write> Writes() const { return draft_.Writes(); }

  // What the journal has to keep of it. The views hold as long as the group.
  Applied applied() const;

 private:
  struct Kept {
    size_t broker;
    uint64_t sequence;
    int64_t now;
    std::string answer;  // as the journal has it
  };

  std::optional<DeviceAnswer> RunOne(const DeviceAsk& ask, Journal& journal);

  Devices& devices_;
  Log& log_;
  storage::Draft draft_;
  std::vector<Kept> kept_;
};

// Words one answer.
void WordDeviceAnswer(uint64_t sequence, const DeviceAnswer& answer,
                      proto::AnswerBatchWriter& answers);

}  // namespace service
