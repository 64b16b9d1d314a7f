#include "service/api/control_plane.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "rest/route.h"
#include "rest/signature.h"

namespace service {
namespace {

constexpr absl::string_view kService = "iot";
// What SDKs of before 2024, such as Debian 12's awscli, sign the control plane for.
constexpr absl::string_view kOldService = "execute-api";

}  // namespace

bool ControlPlane::IsFor(const HttpExchange& exchange) const {
  const std::string service = rest::ClaimedService(exchange.request, exchange.target);
  if (!service.empty() && service != kOldService) return service == kService;
  const bool says_who = exchange.peer.certificate != nullptr && service.empty();
  return !says_who && !rest::IsRouted(exchange.target) &&
         control::FindOperation(exchange.request.method, exchange.target) != nullptr;
}

std::optional<rest::Error> ControlPlane::JudgeHead(const HttpExchange& head) const {
  if (auth_ == HttpAuth::kOpen) return std::nullopt;
  auto error = principals_.JudgeHead(head, access_.now(), Principals::kControlServices);
  if (!error) return std::nullopt;
  return InAccountWords(*std::move(error));
}

void ControlPlane::Handle(const std::shared_ptr<const HttpExchange>& exchange,
                          const HttpServer::Respond& respond) {
  Perform(exchange, Counted(respond, counters_));
}

void ControlPlane::Perform(const std::shared_ptr<const HttpExchange>& exchange,
                           const HttpServer::Respond& respond) {
  Principals::Known known;
  if (auth_ == HttpAuth::kRequired) {
    auto identified = principals_.Identify(*exchange, access_.now(), Principals::kControlServices);
    if (auto* error = std::get_if<rest::Error>(&identified)) {
      return respond(rest::WordError(InAccountWords(std::move(*error)), exchange->request_id));
    }
    known = std::get<Principals::Known>(std::move(identified));
  }
  const control::Operation* const operation =
      control::FindOperation(exchange->request.method, exchange->target);
  if (operation == nullptr) {
    return respond(control::WordRefusal(control::NoOperation(exchange->request, exchange->target)));
  }
  auto read = control::ReadCall(*operation, exchange->request, exchange->target);
  if (const auto* refusal = std::get_if<control::Refusal>(&read)) {
    return respond(control::WordRefusal(*refusal));
  }
  // What the call points into lives as long as the exchange.
  const auto call = std::make_shared<const control::Call>(std::get<control::Call>(std::move(read)));
  if (auth_ == HttpAuth::kRequired) {
    const std::string action = absl::StrCat("iot:", operation->name);
    const std::string resource = operation->resource == nullptr ? "*" : operation->resource(*call);
    if (const auto refusal = access_.Refuse(*exchange, known, {action}, resource)) {
      return respond(control::WordRefusal(*refusal));
    }
  }
  clerk_.Put([exchange, call, perform = operation->perform](
                 const control::Account& account,
                 const control::Surroundings& here) { return perform(*call, account, here); },
             respond);
}

}  // namespace service
