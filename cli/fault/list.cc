#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/shadow/https_client.h"
#include "faults/plan.h"
#include "shadow/arena.h"
#include "shadow/json.h"

namespace cli {
namespace {

using shadow::Value;

std::string TextOf(const Value& object, absl::string_view name) {
  const Value* const member = object.is_object() ? shadow::Find(object, name) : nullptr;
  if (member == nullptr) return "";
  return member->kind() == shadow::Kind::kString ? shadow::Unescape(member->text())
                                                 : std::string(member->text());
}

absl::Span<const Value> ArrayOf(const Value& object, absl::string_view name) {
  const Value* const member = object.is_object() ? shadow::Find(object, name) : nullptr;
  return member == nullptr || !member->is_array() ? absl::Span<const Value>() : member->elements();
}

// To the second: nobody reads milliseconds.
std::string LeftText(const Value& plan) {
  int64_t ms = 0;
  if (!absl::SimpleAtoi(TextOf(plan, "endsInMs"), &ms)) return "?";
  return faults::DurationText((ms + 999) / 1000 * 1000);
}

absl::StatusOr<ExitCode> RunFaultList(Call& call) {
  auto client = HttpsClient::FromFlags();
  if (!client.ok()) return client.status();
  const auto text = client->Get("/_shadow/v1/faults");
  if (!text.ok()) return text.status();
  if (call.json) {
    call.out << *text << "\n";
    return ExitCode::kDone;
  }
  shadow::Arena arena;
  const auto answer = shadow::ParseWholeJson(*text, 0, arena);
  if (!answer || !answer->is_object()) return absl::InternalError("the answer is no JSON object");
  const auto plans = ArrayOf(*answer, "plans");
  for (const Value& plan : plans) {
    call.out << TextOf(plan, "name") << "  ends in " << LeftText(plan) << ", seed "
             << TextOf(plan, "seed") << "\n";
    for (const Value& rule : ArrayOf(plan, "rules")) {
      call.out << "  " << TextOf(rule, "id") << "  " << TextOf(rule, "on") << " "
               << TextOf(rule, "do") << "  fired " << TextOf(rule, "fired") << " of "
               << TextOf(rule, "matched") << "\n";
    }
  }
  if (plans.empty()) call.out << "no plan is in force\n";
  return ExitCode::kDone;
}

}  // namespace

extern const Command kFaultList;
constexpr Command kFaultList{
    .path = "fault list",
    .arguments = "",
    .summary = "list the fault plans in force, and how often each rule has fired",
    .details = "shadowctl fault ready lists those that can be started by name.",
    .flags = kEndpointFlags,
    .run = RunFaultList,
};

}  // namespace cli
