#include "service/api/device_plane.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "control/arn.h"
#include "rest/route.h"
#include "rest/signature.h"

namespace service {
namespace {

constexpr absl::string_view kDataService = "iot-jobs-data";
constexpr absl::string_view kDataServicesOfJobs[] = {kDataService};

absl::Span<const absl::string_view> ServicesOf(bool is_data) {
  if (is_data) return kDataServicesOfJobs;
  return Principals::kControlServices;
}

const desk::Operation* OperationAt(const HttpExchange& exchange, bool is_data) {
  for (const Room& room : Rooms()) {
    for (const desk::Operation& operation : is_data ? room.data_operations() : room.operations()) {
      if (operation.IsAt(exchange.request.method, exchange.target)) return &operation;
    }
  }
  return nullptr;
}

rest::Answer WordOutcome(const desk::Outcome& outcome) {
  if (const auto* refusal = std::get_if<control::Refusal>(&outcome)) {
    return control::WordRefusal(*refusal);
  }
  const auto& reply = std::get<desk::Reply>(outcome);
  rest::Answer answer;
  answer.status = reply.status;
  answer.body = reply.body;
  return answer;
}

}  // namespace

DevicePlane::Found DevicePlane::Find(const HttpExchange& exchange) {
  const std::string service = rest::ClaimedService(exchange.request, exchange.target);
  if (service == kDataService) {
    return {.is_ours = true, .is_data = true, .operation = OperationAt(exchange, true)};
  }
  const bool by_certificate = service.empty() && exchange.peer.certificate != nullptr;
  const bool is_accounts = service.empty() || service == Principals::kControlServices[0] ||
                           service == Principals::kControlServices[1];
  if (!is_accounts || rest::IsRouted(exchange.target)) return {};
  const desk::Operation* const operation = OperationAt(exchange, by_certificate);
  return {.is_ours = operation != nullptr, .is_data = by_certificate, .operation = operation};
}

std::optional<rest::Error> DevicePlane::JudgeHead(const HttpExchange& head) const {
  if (auth_ == HttpAuth::kOpen) return std::nullopt;
  auto error = principals_.JudgeHead(head, access_.now(), ServicesOf(Find(head).is_data));
  if (!error) return std::nullopt;
  return InAccountWords(*std::move(error));
}

// K15: a command is started by who may use it, and may use it on that target.
std::optional<control::Refusal> DevicePlane::MayNot(const HttpExchange& exchange,
                                                    const control::Call& call, bool is_data,
                                                    const Principals::Known& known) const {
  std::vector<std::string> actions = {absl::StrCat("iot:", call.route.name)};
  if (is_data) actions.push_back(absl::StrCat("iotjobsdata:", call.route.name));
  const std::string resource = call.route.resource == nullptr ? "*" : call.route.resource(call);
  std::vector<std::string> resources = {resource};
  const absl::string_view target = call.BodyText("targetArn");
  if (is_data && !target.empty()) resources.push_back(control::ResourceInArn(target));
  // An identity of Cognito is held to its own policies as well, as on the data plane.
  std::vector<Principals::Known> holders = {known};
  if (is_data && known.identity_policies) {
    holders.push_back(known);
    holders.back().policies = *known.identity_policies;
  }
  for (const Principals::Known& holder : holders) {
    for (const std::string& one : resources) {
      if (auto refusal = access_.Refuse(exchange, holder, actions, one)) return refusal;
    }
  }
  return std::nullopt;
}

void DevicePlane::Handle(const std::shared_ptr<const HttpExchange>& exchange,
                         const HttpServer::Respond& respond) {
  Perform(exchange, Counted(respond, counters_));
}

void DevicePlane::Perform(const std::shared_ptr<const HttpExchange>& exchange,
                          const HttpServer::Respond& respond) {
  const Found found = Find(*exchange);
  Principals::Known known;
  if (auth_ == HttpAuth::kRequired) {
    auto identified = principals_.Identify(*exchange, access_.now(), ServicesOf(found.is_data));
    if (auto* error = std::get_if<rest::Error>(&identified)) {
      return respond(rest::WordError(InAccountWords(std::move(*error)), exchange->request_id));
    }
    known = std::get<Principals::Known>(std::move(identified));
  }
  if (found.operation == nullptr) {
    return respond(control::WordRefusal(control::NoOperation(exchange->request, exchange->target)));
  }
  auto read = control::ReadCall(*found.operation, exchange->request, exchange->target);
  if (const auto* refusal = std::get_if<control::Refusal>(&read)) {
    return respond(control::WordRefusal(*refusal));
  }
  // What the call points into lives as long as the exchange.
  const auto call = std::make_shared<const control::Call>(std::get<control::Call>(std::move(read)));
  if (auth_ == HttpAuth::kRequired) {
    if (const auto refusal = MayNot(*exchange, *call, found.is_data, known)) {
      return respond(control::WordRefusal(*refusal));
    }
  }
  desk_.Call([exchange, call, perform = found.operation->perform](
                 desk::Desk& desk) { return perform(*call, desk); },
             [respond](const desk::Outcome& outcome) { respond(WordOutcome(outcome)); });
}

}  // namespace service
