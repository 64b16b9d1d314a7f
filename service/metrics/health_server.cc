#include "service/metrics/health_server.h"

#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "rest/error.h"

namespace service {
namespace {

constexpr absl::string_view kMetricsText = "text/plain; version=0.0.4; charset=utf-8";
constexpr size_t kBodyBytesMax = 1024;  // nobody has a reason to send one
constexpr size_t kConnectionsMax = 128;
constexpr size_t kConnectionsPerAddressMax = 64;

// What can be asked, by its path.
using Questions = std::map<std::string, std::function<rest::Answer()>, std::less<>>;

rest::Answer Text(int status, std::string body, absl::string_view type = rest::kPlainText) {
  rest::Answer answer;
  answer.status = status;
  answer.body = std::move(body);
  answer.content_type = type;
  return answer;
}

Questions QuestionsOf(const HealthSettings& settings) {
  Questions questions;
  questions["/healthz"] = [] { return Text(200, "ok\n"); };
  questions["/readyz"] = [ready = settings.ready] {
    const absl::StatusOr<std::string> text = ready();
    return text.ok() ? Text(200, absl::StrCat(*text, "\n"))
                     : Text(503, absl::StrCat(text.status().message(), "\n"));
  };
  if (settings.metrics) {
    questions["/metrics"] = [print = settings.metrics] { return Text(200, print(), kMetricsText); };
  }
  return questions;
}

std::optional<rest::Error> Refusal(const Questions& questions, const HttpExchange& exchange) {
  if (questions.find(exchange.target.path) == questions.end()) {
    const auto path = [](std::string* out, const auto& question) { *out += question.first; };
    return rest::NotFound(absl::StrCat("There is nothing at this path, but at ",
                                       absl::StrJoin(questions, ", ", path)));
  }
  const absl::string_view method = exchange.request.method;
  if (method != "GET" && method != "HEAD") return rest::MethodNotAllowed("GET, HEAD");
  return std::nullopt;
}

}  // namespace

absl::StatusOr<std::unique_ptr<HttpServer>> StartHealthServer(const HealthSettings& settings,
                                                              Log& log) {
  HttpSettings http;
  http.plain_flag = settings.flag;
  http.plain_address = settings.address;
  http.plain_port = settings.port;
  http.hosts = settings.hosts;
  http.auth = HttpAuth::kOpen;
  http.wording = HttpWording::kText;
  http.body_bytes_max = kBodyBytesMax;
  http.connections_max = kConnectionsMax;
  http.connections_per_address_max = kConnectionsPerAddressMax;
  const auto questions = std::make_shared<const Questions>(QuestionsOf(settings));
  return HttpServer::Start(
      std::move(http),
      {.judge_head = [questions](const auto& head) { return Refusal(*questions, head); },
       .handle =
           [questions](const auto& exchange, const auto& respond) {
             const auto error = Refusal(*questions, *exchange);
             respond(error ? rest::WordErrorAsText(*error)
                           : questions->find(exchange->target.path)->second());
           }},
      log);
}

}  // namespace service
