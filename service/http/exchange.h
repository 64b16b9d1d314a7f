// A request as it is read. For connection.cc alone.
#pragma once

#define BOOST_ASIO_DISABLE_CO_AWAIT

#include <boost/asio/any_io_executor.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/basic_dynamic_body.hpp>
#include <boost/beast/http/parser.hpp>

#include "absl/strings/string_view.h"
#include "rest/error.h"
#include "service/http/framing.h"
#include "service/http/server.h"

namespace service {

// A request with the bytes that it points into. A body takes room as it arrives, not as announced.
struct Exchange : HttpExchange {
  explicit Exchange(boost::asio::any_io_executor server) : executor(std::move(server)) {}
  void After(int64_t ms, std::function<void()> then) const override;

  const boost::asio::any_io_executor executor;  // of the server's thread
  HeadLines lines;
  boost::beast::http::request_parser<
      boost::beast::http::basic_dynamic_body<boost::beast::flat_buffer>>
      parser;
};

// Fills in what the head says, once the parser has it. Trailers come later and are not in it,
// though the parser adds them to its own fields.
void TakeHead(Exchange& exchange);

// What is said to a request that the parser does not take.
rest::Error JudgeFailure(const boost::beast::error_code& error, size_t body_bytes_max);

absl::string_view View(const boost::beast::flat_buffer& buffer);

}  // namespace service
