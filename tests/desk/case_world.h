// The cases of tests/cases/devices in process: a room that works on a desk (jobs/, commands/), its
// account in memory, a store that forgets, and a clock that the case moves on.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "desk/operation.h"
#include "desk/request.h"
#include "desk/timers.h"
#include "policy/registry_journal.h"
#include "storage/memory_store.h"
#include "tests/control/account_in_memory.h"
#include "tests/control/cases.h"

namespace desk {

struct Room {
  absl::Span<const Operation> operations;       // of the scope iot
  absl::Span<const Operation> data_operations;  // of iot-jobs-data
  Answer (*handle)(const Request& request, Desk& desk);
  void (*time_out)(const Timer& timer, Desk& desk);
  void (*account_changed)(absl::Span<const policy::EntryChange> changes, Desk& desk) = nullptr;
  // Of every entry that is stored, but for timers.
  absl::Status (*check)(absl::string_view key, absl::string_view value);
};

class CaseWorld : public control::CaseSubject {
 public:
  explicit CaseWorld(const Room& room);

  control::CaseReply Request(const control::CaseRequest& request) override;
  control::CaseAnswer Publish(const std::string& topic, const std::string& payload) override;
  void Pass(int64_t seconds) override;
  void Restart() override {}
  std::vector<control::CaseMessage> TakePublished() override;

  // The same, for tests in code. The body of an answer, or "404 ResourceNotFoundException: text".
  std::string Ask(absl::string_view method, absl::string_view target, absl::string_view body = "",
                  absl::string_view scope = "iot");
  // A request as it is; the answer's payload, after "rejected " if it is that.
  std::string Tell(const std::string& topic, absl::string_view payload,
                   absl::string_view fault = "");

  control::AccountInMemory& account() { return account_; }
  const storage::MemoryStore& store() const { return store_; }
  int64_t now() { return account_.here().now_ms / 1000; }

 private:
  // Commits what `work`, given a desk, has put there unless it gives false.
  template <class Work>
  void Commit(Work work);

  const Room room_;
  control::AccountInMemory account_;
  storage::MemoryStore store_;
  std::vector<Message> published_;
};

}  // namespace desk
