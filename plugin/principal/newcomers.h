// Clients that are refused because their certificate is not registered, or waits to be activated,
// and that the service must hear of, since it may register them just in time (CE7). Here only what
// the registry says is looked at: whether an authority has signed a certificate is the service's to
// find out. However many come, what is kept and told of them is bounded; a device that is refused
// comes again.
//
// Thread rule: the broker's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "plugin/principal/origin.h"
#include "policy/registry.h"

namespace plugin {

class Newcomers {
 public:
  static constexpr size_t kPerSecondMax = 50;
  static constexpr size_t kOfOneMax = 5;  // of these, with one certificate

  // A client that came from `origin` is refused, as it is not active. Gives what is to be said of
  // it in the log behind why it was refused; empty: the service hears nothing of it. Those who came
  // over WebSocket are nobody's business: AWS takes certificates over MQTT alone.
  absl::string_view Note(const policy::Registry& registry, absl::string_view client_id,
                         const Origin& origin, int64_t now_us);

  // The envelope that tells of those who were noted since the last call; empty: there are none.
  std::string TakeEnvelope(uint64_t epoch);

 private:
  struct Held {
    std::string client_id;
    std::string certificate;
  };

  bool MayBeTold(absl::string_view id, int64_t now_us);

  std::vector<Held> held_;
  int64_t second_began_us_ = 0;
  size_t told_ = 0;                                   // in this second
  absl::flat_hash_map<std::string, size_t> of_whom_;  // of these, by the certificate's id
};

}  // namespace plugin
