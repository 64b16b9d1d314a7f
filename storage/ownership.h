// Who may commit to a store that several shadowds could: one at a time, the active one. The others
// stand by, and one of them takes over when the active one gives the store up, or when nothing was
// heard of it for kOwnedFor.
//
// Time decides only when to try. That nothing of a former owner is committed any more is held by
// the store itself, in each commit (Store::Commit, PermissionDenied).
//
// Thread rule: the thread that commits, but where it says any.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "storage/store.h"

namespace storage {

class Ownership {
 public:
  // How long a store stays its owner's without a commit or Renew.
  static constexpr std::chrono::milliseconds kOwnedFor{3000};
  // How often whoever has nothing to commit renews it.
  static constexpr std::chrono::milliseconds kRenewEvery{1000};
  // How often whoever stands by tries to take it.
  static constexpr std::chrono::milliseconds kTryEvery{500};

  // Who owns a store, for people.
  struct Owner {
    std::string holder{};  // as Take's caller was called; empty: nobody ever was
    int64_t life = 0;      // how often the store has changed hands
    bool is_over = true;   // his time is over, or he has given it up
    bool is_us = false;    // this ownership has it
  };

  virtual ~Ownership() = default;

  // Whether there can be others who want it. If not, whoever has taken it keeps it. Any thread.
  virtual bool IsShared() const { return true; }

  // Tries to become the owner, and opens the store. Null: it is another one's. Any error of opening
  // the store (it says what to do); Unavailable: it cannot be reached now, try again.
  //
  // The store commits as this owner. It ends before the ownership, and before Take is called again.
  virtual absl::StatusOr<std::unique_ptr<Store>> Take() = 0;

  // Whether the store is still this owner's by its own steady clock: kOwnedFor have not passed
  // since the last commit or Renew that succeeded. If not, nobody may be answered from what is
  // known here. Any thread.
  virtual bool Holds() const = 0;

  // Renews it if kRenewEvery has passed since the last commit or renewal. PermissionDenied: it is
  // another one's. Unavailable: the store cannot be reached now; it holds as long as it holds.
  // Gives how many milliseconds the next call can wait.
  virtual absl::StatusOr<int> RenewIfDue() = 0;

  // Gives the store up: whoever tries next has it. Commits fail from now on.
  virtual absl::Status GiveUp() = 0;

  // Who owns it now. Any thread.
  virtual absl::StatusOr<Owner> Read() const = 0;
};

}  // namespace storage
