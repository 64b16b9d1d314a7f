#include "service/api/account_access.h"

#include <algorithm>
#include <chrono>
#include <vector>

#include "absl/strings/str_cat.h"
#include "policy/evaluate.h"

namespace service {

std::optional<control::Refusal> AccountAccess::Refuse(const HttpExchange& exchange,
                                                      const Principals::Known& known,
                                                      absl::Span<const std::string> actions,
                                                      absl::string_view resource) const {
  policy::Connection connection;  // without a client id, as on the data plane
  connection.source_ip = exchange.peer.address;
  connection.domain_name = exchange.peer.server_name;
  connection.secure = exchange.peer.secure;
  connection.identity_id = known.identity_id;
  const bool by_certificate = known.access_key_id.empty();
  if (by_certificate) connection.certificate = exchange.peer.certificate.get();
  const auto allowed = [&](const std::string& action) {
    const policy::NamedRequest request{action, resource, settings_.now()};
    return policy::Decide(policy::Borrow(known.policies), request, connection).allowed;
  };
  if (std::any_of(actions.begin(), actions.end(), allowed)) return std::nullopt;
  const std::string arn = resource == "*" ? "*"
                                          : absl::StrCat("arn:aws:iot:", settings_.region, ":",
                                                         settings_.account_id, ":", resource);
  const std::string who = by_certificate ? "The certificate's owner"
                                         : absl::StrCat("User: arn:aws:iam::", settings_.account_id,
                                                        ":user/", known.access_key_id);
  return control::AccessDenied(
      absl::StrCat(who, " is not authorized to perform: ", actions.front(), " on resource: ", arn));
}

rest::Error InAccountWords(rest::Error error) {
  error.exception = error.control_exception;
  return error;
}

HttpServer::Respond Counted(HttpServer::Respond respond, Counters& counters) {
  const auto began = std::chrono::steady_clock::now();
  return [respond = std::move(respond), &counters, began](rest::Answer answer) {
    const auto took = std::chrono::steady_clock::now() - began;
    counters.AccountAnswered(answer.status,
                             std::chrono::duration_cast<std::chrono::microseconds>(took).count());
    respond(std::move(answer));
  };
}

}  // namespace service
