// Requests from the door to their answer: of shadows, and on the other topics that the service
// answers (proto/device_topic.h). One that comes is refused or taken: by its size,
// by whether the service is there, by the quotas and by the window. What is taken waits in the
// outbox, leaves with a batch, and ends with its answer, or with a 500 if that takes too long.
//
// Who speaks with the service (plugin/link.h) tells of its sessions, fetches the batches, and hands
// in the answers.
//
// Thread rule: the broker's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "plugin/audience.h"
#include "plugin/broker.h"
#include "plugin/faults/injector.h"
#include "plugin/options.h"
#include "plugin/outbox.h"
#include "plugin/quotas.h"
#include "plugin/warnings.h"
#include "proto/envelope.h"
#include "proto/news.h"
#include "proto/plugin_status.h"
#include "proto/topic.h"
#include "shadow/arena.h"
#include "shadow/id.h"
#include "shadow/refusal.h"

namespace plugin {

// Who asks.
struct Asker {
  uint64_t connection = 0;        // its number; 0: none
  absl::string_view client_id{};  // for the log; and to whom an answer goes that is his alone
  absl::string_view principal{};
  bool counts = true;  // against the quota of what it asks about
};

class Requests {
 public:
  // `epoch`: random, not 0. What is handed in by reference outlives this.
  Requests(const Options& options, uint64_t epoch, Broker& broker, Audience& audience,
           proto::PluginStatus& status, Warnings& warnings, int64_t now_us);

  uint64_t epoch() const { return outbox_.epoch(); }
  // Answers go by the faults that are in force. It outlives this; null: there are none.
  void SetFaults(FaultInjector* faults) { faults_ = faults; }
  // Hands an answer to the client that asked alone, if it is there and may have it.
  using Tell =
      std::function<void(const Asker& asker, const std::string& topic, absl::string_view payload)>;
  void SetTell(Tell tell) { tell_ = std::move(tell); }

  size_t waiting() const { return outbox_.waiting(); }
  size_t waiting_bytes() const { return outbox_.bytes(); }
  // All requests below this sequence are answered.
  uint64_t answered_below() const { return outbox_.answered_below(); }

  // A request that may be made. Its sequence; 0: it was refused.
  uint64_t Take(const Asker& asker, const proto::Topic& topic, absl::string_view payload,
                int64_t now_us);

  // The same of one beyond shadows, on `topic`.
  uint64_t TakeBeyond(const Asker& asker, absl::string_view topic, absl::string_view payload,
                      int64_t now_us);

  // Refuses a request that comes, for no reason of its own.
  void Reject(const proto::Topic& topic, absl::string_view payload, int code);

  // The service has a session, and has none. Before the first it is as if one had just ended.
  void BeginSession(const proto::Hello& hello);
  void EndSession(int64_t now_us);
  // The service is heard, whatever it says.
  void Heard(int64_t now_us);

  // See Outbox::NextBatch.
  std::optional<std::string> NextBatch();

  // Publishes an envelope's answers. Those to another life of the plugin and to requests that do
  // not wait have no effect, and are counted.
  void Answer(const proto::AnswerBatch& batch, int64_t now_us);

  // What a service of several brokers is to be told of the audience, as envelopes.
  std::vector<std::string> TakeHearings() { return audience_.TakeHearings(epoch()); }

  // Publishes what a request at another broker has caused, but for what nobody here would hear.
  void Publish(const proto::NewsItem& item);

  // Refuses what has waited longer than link_timeout_ms with a 500.
  void GiveUpOverdue(int64_t now_us);

 private:
  // `request` but for its payload, for which `quota` has a rate; empty: there is none. False: it
  // was refused.
  bool TakeIn(Request& request, absl::string_view payload, const Asker& asker,
              absl::string_view quota);
  bool ServiceIsAway(int64_t now_us) const;
  void AskWhoHears(const shadow::ShadowId& id);
  void Deliver(const proto::LinkAnswer& answer);
  void DeliverToAsker(const Request& request, const proto::LinkMessage& message);
  void PublishToAsker(const Request& request, bool accepted, absl::string_view payload);
  // Refuses a request that comes: counts it, and warns of its kind. Gives false.
  bool TurnAway(const Request& request, const shadow::Refusal& refusal, uint64_t& count,
                absl::string_view warning, absl::string_view whom = "");
  void Refuse(const Request& request, const shadow::Refusal& refusal);
  void RefuseBeyond(const Request& request, const shadow::Refusal& refusal);
  // To everybody, and the audience learns from it.
  void PublishToAll(const shadow::ShadowId& id, const proto::LinkMessage& message);
  // False: a fault has dealt with it.
  bool Publish(const shadow::ShadowId& id, proto::AnswerTopic topic, absl::string_view payload);

  const Options& options_;
  Broker& broker_;
  Audience& audience_;
  FaultInjector* faults_ = nullptr;
  Tell tell_;
  proto::PluginStatus& status_;
  Warnings& warnings_;
  Outbox outbox_;
  Quotas quotas_;
  std::optional<int64_t> away_since_us_;  // nothing: the service has a session
  int64_t heard_us_ = 0;
  bool silent_ = false;  // it let a whole link_timeout_ms pass, and was not heard since
  shadow::Arena arena_;
};

}  // namespace plugin
