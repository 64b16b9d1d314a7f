// An account in memory that can issue certificates, with an authority of its own, and whose clock
// ticks with each request.
#pragma once

#include "tests/control/account_in_memory.h"
#include "tests/control/cases.h"

namespace control {

class IssuingAccount {
 public:
  IssuingAccount();
  IssuingAccount(const IssuingAccount&) = delete;
  IssuingAccount& operator=(const IssuingAccount&) = delete;

  CaseReply Ask(const CaseRequest& asked);

  // The same of a target with its query.
  CaseReply Ask(absl::string_view method, absl::string_view target, absl::string_view body,
                const std::vector<std::pair<std::string, std::string>>& headers);

  AccountInMemory& account() { return account_; }

 private:
  AccountInMemory account_;
  int codes_ = 0;
};

}  // namespace control
