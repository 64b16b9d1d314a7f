// The thread of an HTTP server, for who has to do something on it without a request at hand.
//
// Thread rule: any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

namespace service {

class HttpLoop {
 public:
  HttpLoop();
  ~HttpLoop();

  // Have `then` called on the server's thread, soon or in so long. Never, and it is dropped, if no
  // server has begun with this loop (HttpServer::Handlers), or it is gone by then.
  void Post(std::function<void()> then);
  void After(int64_t ms, std::function<void()> then);

  struct State;  // service/http/loop_state.h: for files that may know Boost
  State& state() const { return *state_; }

 private:
  const std::unique_ptr<State> state_;
};

}  // namespace service
