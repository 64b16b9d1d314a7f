#include "service/admin/standby.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "policy/json_tree.h"
#include "shadow/json.h"

namespace service {

std::string StandingText(const Standing::Values& standing) {
  std::string text = absl::StrCat(R"({"ok":true,"role":")", standing.active ? "active" : "standby",
                                  R"(","life":)", standing.life);
  const auto add = [&](absl::string_view name, const std::string& value) {
    absl::StrAppend(&text, ",\"", name, "\":");
    shadow::PrintJsonString(shadow::IsUtf8(value) ? value : "(not UTF-8)", text);
  };
  if (!standing.active) {
    add("active", standing.owner);
    add("awaits", standing.awaits);
  }
  return text + "}";
}

void AnswerAsStandby(const Standing& standing, absl::string_view request, AdminReply& reply) {
  const auto tree = policy::ParseJsonTree(request);
  if (!tree.ok()) return reply.Refuse(tree.status());
  const Standing::Values values = standing.Read();
  const policy::Node* const command = tree->Find("command");
  if (command != nullptr && command->text == "status") {
    reply.Send(StandingText(values));
    return;
  }
  reply.Refuse(absl::FailedPreconditionError(
      absl::StrCat("this shadowd stands by, and answers `status` alone; active is ",
                   values.owner.empty() ? "nobody" : values.owner)));
}

}  // namespace service
