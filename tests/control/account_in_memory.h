// An account for tests of control/: requests in, answers out, and what changed takes place. Time
// and ids are the test's.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "control/operation.h"

namespace control {

class AccountInMemory {
 public:
  AccountInMemory();

  struct Reply {
    int status = 0;
    std::string error;  // as x-amzn-ErrorType has it; empty: none
    std::string body;
  };

  // `target` with its query; `body` may be empty.
  Reply Ask(absl::string_view method, absl::string_view target, absl::string_view body = "",
            const std::vector<std::pair<std::string, std::string>>& headers = {});

  // What becomes of an operation that was performed: what it changes takes place.
  Reply Take(Outcome outcome);

  // The same for one that must be answered 200: its body. Else a failure of the test.
  std::string Get(absl::string_view method, absl::string_view target, absl::string_view body = "",
                  const std::vector<std::pair<std::string, std::string>>& headers = {});

  // "404 ResourceNotFoundException: message", or "200" if it was answered so.
  std::string Refusal(absl::string_view method, absl::string_view target,
                      absl::string_view body = "",
                      const std::vector<std::pair<std::string, std::string>>& headers = {});

  const Account& account() const { return account_; }
  Surroundings& here() { return here_; }
  const std::vector<Event>& events() const { return events_; }
  // Of the last operation that was answered.
  const std::vector<policy::EntryChange>& changes() const { return changes_; }

  // Puts an entry as a person would write it.
  void Write(policy::RegistryPart part, absl::string_view name, absl::string_view text);

 private:
  Surroundings here_;
  Account account_;
  std::map<std::string, std::string> files_;
  std::vector<Event> events_;
  std::vector<policy::EntryChange> changes_;
  int ids_ = 0;
};

}  // namespace control
