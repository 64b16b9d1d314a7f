// What requests of devices and operations of an account have at hand that work on records of the
// store: commands, jobs and their executions. All that they change lies in the draft of the commit
// that they become part of, and nothing of it counts, nor is told to anybody, before that.
//
// Who works here keeps to bounds: it reads what one thing, one job or one command is about, never
// all of them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "control/account.h"
#include "control/surroundings.h"
#include "storage/draft.h"

namespace desk {

// What is published to whoever is subscribed, at QoS 1 and not retained, once the commit is done.
// It is kept with the commit until the broker has it, so none is lost with a crash; after one it
// may come twice.
struct Message {
  std::string topic;
  std::string payload;
  std::string content_type{};  // of MQTT 5; empty: none
  int64_t expires = 0;         // epoch seconds, from when nobody shall get it any more; 0: never
};

struct Desk {
  storage::Draft& draft;
  // As they are during the call. here.now_ms is of the time that shadows live by, in whole seconds.
  const control::Account& account;
  const control::Surroundings& here;
  std::vector<Message>& messages;  // to which what is to be published is added, in its order

  int64_t now() const { return here.now_ms / 1000; }  // epoch seconds
};

}  // namespace desk
