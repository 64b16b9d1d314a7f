// What the thread that commits does beside shadows, in the same commits: requests beyond shadows,
// and other work on what is kept of jobs and commands. It is handed a draft of each commit.
//
// Thread rule: the link's, unless an implementation says otherwise.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proto/envelope.h"
#include "service/commit/peers.h"
#include "storage/draft.h"

namespace service {

// A request beyond shadows, and the one time that everything about it carries.
struct DeviceAsk {
  proto::LinkRequest request;
  size_t broker = 0;                                // whose plugin asks
  uint64_t epoch = 0;                               // of its link
  int64_t now = 0;                                  // epoch seconds
  std::shared_ptr<const Peers::Connection> peer{};  // null: it is not known
};

struct DeviceAnswer {
  bool accepted = true;
  std::string payload{};
};

class Devices {
 public:
  virtual ~Devices() = default;

  // Handles a request, and leaves what is to be kept in `draft`. Nothing: it is answered later, by
  // TakeLate. Unless it `may_change` anything, one that would is refused, and changes nothing; so
  // is one for which the draft could not be read.
  virtual std::optional<DeviceAnswer> Handle(const DeviceAsk& ask, bool may_change,
                                             storage::Draft& draft) = 0;

  // Words the refusal of a request that cannot be handled now.
  virtual DeviceAnswer Refuse(const DeviceAsk& ask) const = 0;

  // Whether there is other work: what other threads have asked for, or what has become due. It is
  // done with the last call of each commit.
  virtual bool HasWork() const = 0;
  virtual void Work(storage::Draft& draft) = 0;

  // What Handle and Work left in the draft is committed, or is not and never will be.
  virtual void Committed() = 0;
  virtual void Failed() = 0;

  // Answers to requests that Handle gave none for.
  struct Late {
    uint64_t epoch = 0;
    uint64_t sequence = 0;
    DeviceAnswer answer{};
  };
  virtual std::vector<Late> TakeLate() = 0;
};

}  // namespace service
