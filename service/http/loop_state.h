// What a loop runs on. For files that may know Boost.
#pragma once

#define BOOST_ASIO_DISABLE_CO_AWAIT

#include <boost/asio/any_io_executor.hpp>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "service/http/loop.h"

namespace service {

struct HttpLoop::State {
  // To nothing: from then on nothing is posted any more.
  void Bind(boost::asio::any_io_executor to) ABSL_LOCKS_EXCLUDED(mutex) {
    const absl::MutexLock lock(&mutex);
    executor = std::move(to);
  }

  absl::Mutex mutex;
  boost::asio::any_io_executor executor ABSL_GUARDED_BY(mutex);
};

}  // namespace service
