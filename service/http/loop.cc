#include "service/http/loop.h"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <utility>

#include "service/http/loop_state.h"

namespace service {

namespace asio = boost::asio;

HttpLoop::HttpLoop() : state_(std::make_unique<State>()) {}
HttpLoop::~HttpLoop() = default;

void HttpLoop::Post(std::function<void()> then) {
  const absl::ReaderMutexLock lock(&state_->mutex);
  if (state_->executor) asio::post(state_->executor, std::move(then));
}

void HttpLoop::After(int64_t ms, std::function<void()> then) {
  const absl::ReaderMutexLock lock(&state_->mutex);
  if (!state_->executor) return;
  const auto timer =
      std::make_shared<asio::steady_timer>(state_->executor, std::chrono::milliseconds(ms));
  timer->async_wait([timer, then = std::move(then)](const boost::system::error_code& error) {
    if (!error) then();
  });
}

}  // namespace service
