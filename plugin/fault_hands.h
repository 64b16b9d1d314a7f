// The hands of the faults: what they hold goes out through the broker, what they delay is taken as
// a request, whom they cut is cut with the next turn.
#pragma once

#include <functional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "plugin/broker.h"
#include "plugin/connections.h"
#include "plugin/faults/injector.h"
#include "plugin/observer.h"

namespace plugin {

// As faults know who is connected.
Peer PeerOf(const Connections::Connection& connection);

// Whoever is cut by a fault looks to everybody else as if the network had failed.
inline constexpr DisconnectReason kCutByFault = DisconnectReason::kConnectionLost;

class FaultHands : public FaultInjector::Hands {
 public:
  // Of a request that was held: the handle of its connection; null if that is over.
  using TakeRequest = std::function<void(const void* handle, const HeldMessage& request)>;

  // All outlive it.
  FaultHands(Broker& broker, Connections& connections, Observer& observer, TakeRequest take)
      : broker_(broker), connections_(connections), observer_(observer), take_(std::move(take)) {}

  void Publish(const std::string& topic, absl::string_view payload) override;
  void Deliver(const HeldMessage& message) override;
  void Take(const HeldMessage& request) override;
  void Cut(absl::string_view client_id) override;
  bool IsConnected(absl::string_view client_id) const override;
  void EachConnection(absl::FunctionRef<void(const Peer&)> tell) const override;
  void Log(const std::string& line) override;

 private:
  Broker& broker_;
  Connections& connections_;
  Observer& observer_;
  const TakeRequest take_;
};

}  // namespace plugin
