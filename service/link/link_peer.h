// One broker, as the links see it: the MQTT session with it while there is one, and what waits for
// its plugin.
//
// Thread rule: the link's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "proto/envelope.h"
#include "service/link/commands.h"
#include "service/link/link_figures.h"
#include "service/link/link_session.h"
#include "service/link/link_settings.h"
#include "service/link/news_queue.h"
#include "service/link/resolver.h"
#include "service/watch/health.h"
#include "service/watch/log.h"

namespace service {

class LinkPeer {
 public:
  // At most so many bytes of messages are kept for a plugin that is not there; then the oldest go,
  // and are counted in the log.
  static constexpr size_t kHeldBytesMax = 16u << 20;
  // A session that takes nothing for so long while others wait for it is cut.
  static constexpr absl::Duration kFullMax = absl::Seconds(1);

  // What all peers share; all outlive them.
  struct Surroundings {
    proto::Hello hello{};
    Health& health;
    LinkFigures& figures;
    Log& log;
  };

  LinkPeer(LinkSettings settings, size_t broker, Surroundings here);
  ~LinkPeer();

  // Begins a session if there is none and its time has come; it never waits.
  void ConnectIfDue(absl::Time now);
  // When that is to be called next; while there is a session never.
  absl::Time connect_at() const;

  // -1: there is no session.
  int socket() const;
  // What is to be waited for there (poll).
  short wanted() const;

  // Does what `happened` there, and what is due in a session. The session may be lost by this, and
  // by everything that sends.
  void Serve(short happened);

  // Hears what a plugin says of news.
  void Listen();

  // What has come from a plugin that is there, oldest first.
  std::vector<std::string> TakeInbox();

  // The plugin has spoken in this session, and has been sent what waited for it; with several
  // brokers it has asked again, too, what it had asked before.
  bool is_up() const;

  // It has been sent news that it has not said it has.
  bool is_behind() const { return is_up() && news_.news_bytes() > 0; }

  // Answers up to sequence `last`; 0: to no request. To a plugin that is not there they are
  // dropped, and it asks again; if there are others they are kept, so that they stay in the order
  // of news.
  void SendAnswers(uint64_t last, std::string envelope);
  // Of use now or never.
  void Send(const Order& order);
  // Nobody asks for these: they are kept until they are sent.
  void SendMessages(std::vector<std::string> messages);
  // These until the plugin has said that it has them.
  void SendNews(uint64_t number, NewsQueue::News news);

  // Waits until what was sent has left; what takes nothing for kFullMax is cut.
  void Flush();
  // Ends the session at once. `why` is for the log; empty: nothing is said.
  void Cut(absl::string_view why);
  // Ends it as a client does that goes.
  void Leave();

 private:
  void Lose();
  void RetryLater();
  void TellAwaited(absl::string_view cause);
  void HearWord();
  void HearTaken(absl::string_view envelope);
  bool TrySend(const std::string& envelope);
  void SendAnswers(const std::string& envelope);
  void SendHeld();
  void SendKept(bool has_room);
  void SendNextNews();
  void TellFigures();
  void TellDropped();

  const LinkSettings settings_;
  const size_t broker_;
  const Surroundings here_;
  std::unique_ptr<LinkSession> session_;  // null: none
  absl::Time connect_at_ = absl::InfinitePast();
  int retry_ms_;
  std::string said_;              // why there is no session, as logged last
  std::deque<std::string> held_;  // messages not sent yet
  size_t held_bytes_ = 0;
  size_t dropped_ = 0;  // of them, since it was said last
  NewsQueue news_;
  Resolver resolver_;
};

}  // namespace service
