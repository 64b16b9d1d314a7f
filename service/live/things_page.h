// What is asked for of things over HTTPS (docs/console-api.md, requests).
//
// Thread rule: the HTTP server's thread.
#pragma once

#include <functional>
#include <string>

#include "absl/strings/string_view.h"
#include "rest/message.h"
#include "rest/target.h"
#include "service/account/registry_in_force.h"
#include "service/link/whereabouts.h"
#include "service/live/roster_keeper.h"
#include "storage/store.h"

namespace service {

class ThingsPage {
 public:
  static constexpr size_t kLimit = 50;
  static constexpr size_t kLimitMax = 200;

  // All outlive it.
  ThingsPage(RosterKeeper& keeper, const RegistryInForce& registry, const Whereabouts& whereabouts,
             const storage::Store& store)
      : keeper_(keeper), registry_(registry), whereabouts_(whereabouts), store_(store) {}

  // Called once there is a roster, perhaps at once.
  using Respond = std::function<void(rest::Answer)>;

  // `GET things`: q, sort, after and limit are the target's parameters.
  void List(const rest::Target& target, const std::string& request_id, Respond respond);

  // `GET things/THING`.
  void One(absl::string_view thing, const std::string& request_id, Respond respond);

 private:
  rest::Answer TellOne(const std::string& thing, const RosterRow* row,
                       const std::string& request_id) const;

  RosterKeeper& keeper_;
  const RegistryInForce& registry_;
  const Whereabouts& whereabouts_;
  const storage::Store& store_;
};

}  // namespace service
