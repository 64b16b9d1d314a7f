// A connection that is not HTTP's any more: the bytes of TLS or TCP, for whoever took it over
// (HttpUpgrade). For files that may know Boost.
//
// Thread rule: the server's thread, which also calls what is handed in.
#pragma once

// Callbacks are used throughout; Boost 1.74's coroutines do not know the compilers' final ones.
#define BOOST_ASIO_DISABLE_CO_AWAIT

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/system/error_code.hpp>
#include <cstddef>
#include <functional>

namespace service {

class HttpStream {
 public:
  using Done = std::function<void(const boost::system::error_code&, size_t)>;

  virtual ~HttpStream() = default;

  virtual boost::asio::any_io_executor executor() = 0;

  // One of each at a time. No time limits them: Close has them fail.
  virtual void ReadSome(boost::asio::mutable_buffer into, Done done) = 0;
  virtual void Write(boost::asio::const_buffer from, Done done) = 0;  // all of it

  // Ends the connection so that the peer can still read what was written last. Not while something
  // is read or written. It closes by itself.
  virtual void Finish() = 0;

  // Ends it at once. Once.
  virtual void Close() = 0;
};

}  // namespace service
