// One page of the console that is open: what it says, what it follows, and what it is told
// (docs/console-api.md, live).
//
// Thread rule: the HTTP server's thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "service/commit/trace.h"
#include "service/console/sessions.h"
#include "service/http/loop.h"
#include "service/link/refusals.h"
#include "service/live/following.h"
#include "service/live/health_ring.h"
#include "service/live/mqtt_session.h"
#include "service/live/outbox.h"
#include "service/live/page_frame.h"
#include "service/live/roster_keeper.h"
#include "service/watch/counters.h"
#include "service/websocket/text_socket.h"
#include "shadow/limits.h"
#include "storage/store.h"

namespace service {

// What all pages go by; everything outlives them.
struct PageSurroundings {
  ConsoleSessions& sessions;
  HttpLoop& loop;
  RosterKeeper& keeper;
  Trace& trace;
  const storage::Store& store;
  HealthRing& health;
  Counters& counters;
  shadow::Limits limits{};
  std::function<int64_t()> now{};  // epoch seconds: of shadows
  std::string version{};           // of shadowd
  bool bench = false;
  std::function<void()> faults_wanted{};  // by somebody who follows them anew
  // Those that are kept behind that number, the oldest first.
  std::function<std::vector<Refusals::Line>(uint64_t after)> refusals{};
  NewMqttSession new_mqtt{};  // null: there is none
};

class Page : public TextSocket::Owner, public std::enable_shared_from_this<Page> {
 public:
  // Not settings, since nobody has a reason to change them.
  static constexpr size_t kWaitingBytesMax = 1u << 20;
  static constexpr size_t kFollowedMax = 64;
  static constexpr size_t kThingsFollowedMax = 4;  // each has its order of all things
  static constexpr int64_t kHelloMs = 5000;

  // `gone` is called once, last.
  Page(const PageSurroundings& here, std::string cookie, std::function<void()> gone);
  ~Page() override;

  void Start(const std::shared_ptr<TextSocket>& socket, std::string behind);

  // What happens, to each page.
  void Each(const std::function<bool(Following&)>& happens);
  void SecondPassed(const std::string& sample);
  void RefusalsHeard();
  bool FollowsFaults() const;
  bool NeedsRoster() const;

  // TextSocket::Owner.
  void Said(std::string message) override;
  void Sent() override { Pump(); }
  void Closed() override;

 private:
  void Greet(const PageFrame& frame);
  // What is wrong; empty: nothing.
  std::string Do(const PageFrame& frame);
  std::string Ask(int64_t id, const Hello& hello);
  std::string Ask(int64_t id, const FollowThings& asked);
  std::string Ask(int64_t id, const FollowShadow& asked);
  std::string Ask(int64_t id, const FollowTrace& asked);
  std::string Ask(int64_t id, const FollowMqtt& asked);
  std::string Ask(int64_t id, const FollowFaults& asked);
  std::string Ask(int64_t id, const FollowHealth& asked);
  std::string Ask(int64_t id, const FollowRefusals& asked);
  std::string Ask(int64_t id, const Leave& leave);
  std::string Ask(int64_t id, const MqttPublish& publish);

  // Takes the place of what was followed as that.
  void Put(std::unique_ptr<Following> following);
  void Drop(int64_t id);
  template <class Kind>
  Kind* Find(int64_t id) const;
  bool MayFollow(int64_t id) const {
    return followed_.size() < kFollowedMax || followed_.contains(id);
  }
  MqttSession* Mqtt();
  MqttSession::Told MqttTold();
  void TakeTrace(int64_t id);
  void Answer(std::string frame);
  void Close(CloseCode code, absl::string_view why);

  // Has Pump called soon, once however often it is asked for.
  void Poke();
  // Sends the next frame, if the last is sent, or sees to it that it is called when there is one.
  void Pump();

  const PageSurroundings& here_;
  const std::string cookie_;
  std::function<void()> gone_;
  std::weak_ptr<TextSocket> socket_;  // which holds the page
  ConsoleSessions::Session session_;  // null: it has not said hello yet
  std::map<int64_t, std::unique_ptr<Following>> followed_;
  std::unique_ptr<MqttSession> mqtt_;
  PageOutbox outbox_{kWaitingBytesMax};
  uint64_t lost_counted_ = 0;
  int64_t turn_ = 0;  // behind which the next following is looked for
  bool poked_ = false;
  int64_t armed_ms_ = Following::kNotDue;  // when Pump is to be called
};

}  // namespace service
