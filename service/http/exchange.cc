#include "service/http/exchange.h"

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"

namespace service {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;

absl::string_view TextOf(beast::string_view text) { return {text.data(), text.size()}; }

}  // namespace

void Exchange::After(int64_t ms, std::function<void()> then) const {
  const auto timer =
      std::make_shared<boost::asio::steady_timer>(executor, std::chrono::milliseconds(ms));
  timer->async_wait([timer, then = std::move(then)](const beast::error_code& error) {
    if (!error) then();
  });
}

void TakeHead(Exchange& exchange) {
  const auto& message = exchange.parser.get();
  exchange.request.method = TextOf(message.method_string());
  exchange.request.target = TextOf(message.target());
  for (const auto& field : message) {
    exchange.request.headers.push_back({TextOf(field.name_string()), TextOf(field.value())});
  }
}

absl::string_view View(const beast::flat_buffer& buffer) {
  return {static_cast<const char*>(buffer.data().data()), buffer.size()};
}

rest::Error JudgeFailure(const beast::error_code& error, size_t body_bytes_max) {
  if (error == http::error::body_limit) return rest::TooLarge(body_bytes_max);
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return rest::InvalidRequest(absl::StrCat("The request line and headers are larger than ",
                                             kHttpHeaderBytesMax, " bytes"));
  }
  return rest::InvalidRequest(
      absl::StrCat("The request is not well-formed HTTP: ", error.message()));
}

}  // namespace service
