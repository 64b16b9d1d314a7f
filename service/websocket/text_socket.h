// A WebSocket of text messages, for a page of ours: messages come whole and are sent whole, one at
// a time; pings tell whether the page is there. It holds the message that comes, and the one that
// is being sent.
//
// Thread rule: the server's thread, which also calls what is handed in.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "service/http/server.h"
#include "service/websocket/frame.h"

namespace service {

class TextSocket {
 public:
  // Not settings, since nobody has a reason to change them.
  static constexpr size_t kMessageBytesMax = 256 * 1024;
  static constexpr int kPingSeconds = 20;
  static constexpr int kSilenceSecondsMax = 60;  // then it is gone
  static constexpr int kGoodbyeSeconds = 2;      // to take a close

  // Whom it belongs to. Never called from within a call of the socket.
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void Said(std::string message) = 0;  // UTF-8
    virtual void Sent() = 0;                     // nothing is being sent any more
    virtual void Closed() = 0;                   // last
  };

  virtual ~TextSocket() = default;

  // The owner is held until it is told of the end.
  static std::shared_ptr<TextSocket> Make(std::shared_ptr<HttpStream> stream);
  // `behind`: what came behind the upgrade.
  virtual void Start(std::shared_ptr<Owner> owner, std::string behind) = 0;

  virtual bool is_sending() const = 0;
  // Only while nothing is being sent. Dropped once it is closing.
  virtual void Send(absl::string_view message) = 0;
  // What is being sent is sent before, and nothing more; what comes is not told.
  virtual void Close(CloseCode code, absl::string_view reason) = 0;
};

}  // namespace service
