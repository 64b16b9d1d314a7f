#include "cli/registry/operation.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "control/arn.h"
#include "policy/json_tree.h"
#include "rest/message.h"

namespace cli {
namespace {

constexpr absl::string_view kRegion = "us-east-1";
constexpr absl::string_view kAccount = "000000000000";
constexpr absl::string_view kPrincipalHeader = "x-amzn-principal";

absl::Status StatusOf(const control::Refusal& refusal) {
  const std::string text = absl::StrReplaceAll(refusal.message, {{ArnOf("", ""), ""}});
  switch (refusal.status) {
    case 404:
      return absl::NotFoundError(text);
    case 406:
    case 409:
    case 410:
      return absl::FailedPreconditionError(text);
    case 400:
      return absl::InvalidArgumentError(text);
    default:
      return absl::InternalError(text);
  }
}

}  // namespace

std::string ArnOf(absl::string_view kind, absl::string_view name) {
  return absl::StrCat("arn:aws:iot:", kRegion, ":", kAccount, ":", kind, kind.empty() ? "" : "/",
                      name);
}

control::Surroundings SurroundingsNow() {
  control::Surroundings here{
      .region = std::string(kRegion), .account_id = std::string(kAccount), .endpoint = ""};
  here.now_ms = absl::ToUnixMillis(absl::Now());
  here.new_uuid = rest::NewRequestId;
  return here;
}

absl::StatusOr<control::Done> Perform(const Asked& asked, const control::Account& account,
                                      const control::Surroundings& here) {
  const auto& all = control::AllOperations();
  const auto found = std::find_if(all.begin(), all.end(), [&](const control::Operation* one) {
    return one->name == asked.operation;
  });
  auto body = policy::ParseJsonTree(asked.body, control::kBodyBytesMax);
  if (!body.ok()) return body.status();
  rest::Request request;
  request.method = (*found)->method;
  if (!asked.principal.empty()) request.headers = {{kPrincipalHeader, asked.principal}};
  rest::Target target;
  target.parameters = asked.parameters;
  const control::Call call{.route = **found,
                           .request = request,
                           .target = target,
                           .labels = asked.labels,
                           .body = *std::move(body)};
  auto outcome = (*found)->perform(call, account, here);
  if (const auto* refusal = std::get_if<control::Refusal>(&outcome)) return StatusOf(*refusal);
  return std::get<control::Done>(std::move(outcome));
}

}  // namespace cli
