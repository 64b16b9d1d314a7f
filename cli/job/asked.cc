#include "cli/job/asked.h"

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "cli/command/asked.h"

ABSL_FLAG(cli::Repeated, group, {},
          "GROUP: whose things, and those of groups below it; may be repeated");
ABSL_FLAG(bool, force, false, "what is in progress, too");
ABSL_FLAG(std::string, comment, "", "TEXT: why, for people");

namespace cli {
namespace {

absl::string_view ForceQuery() { return absl::GetFlag(FLAGS_force) ? "?force=true" : ""; }

absl::StatusOr<ExitCode> Told(Call& call, const absl::StatusOr<std::string>& answer) {
  if (!answer.ok()) return answer.status();
  if (call.json) PrintAnswer(call, *answer);
  return ExitCode::kDone;
}

}  // namespace

std::string JobPath(absl::string_view job) { return absl::StrCat("/jobs/", Encoded(job)); }

std::string JobOfThingPath(absl::string_view thing, absl::string_view job) {
  return absl::StrCat("/things/", Encoded(thing), JobPath(job));
}

absl::StatusOr<JsonText> TargetsOfFlags(HttpsClient& account) {
  std::vector<std::string> arns;
  const auto add = [&](const std::vector<std::string>& names, absl::string_view path,
                       absl::string_view member) -> absl::Status {
    for (const std::string& name : names) {
      const auto described = ReadTree(account.Get(absl::StrCat(path, Encoded(name))));
      if (!described.ok()) return described.status();
      arns.push_back(TextIn(*described, member));
    }
    return absl::OkStatus();
  };
  absl::Status status = add(absl::GetFlag(FLAGS_thing).values, "/things/", "thingArn");
  if (status.ok()) {
    status = add(absl::GetFlag(FLAGS_group).values, "/thing-groups/", "thingGroupArn");
  }
  if (!status.ok()) return status;
  if (!arns.empty()) return JsonText::Strings(arns);
  return absl::InvalidArgumentError("for whom? Give --thing THING or --group GROUP");
}

absl::StatusOr<ExitCode> DeleteAt(Call& call, const std::string& path) {
  auto account = HttpsClient::FromFlags(HttpsClient::kAccount);
  if (!account.ok()) return account.status();
  return Told(call, account->Delete(absl::StrCat(path, ForceQuery())));
}

absl::StatusOr<ExitCode> CancelAt(Call& call, const std::string& path,
                                  const std::vector<JsonText::Member>& members) {
  auto account = HttpsClient::FromFlags(HttpsClient::kAccount);
  if (!account.ok()) return account.status();
  return Told(call, account->Put(absl::StrCat(path, "/cancel", ForceQuery()),
                                 JsonText::Object(members).text()));
}

std::string ExecutionTimes(const policy::Node& execution) {
  return absl::StrCat(TextIn(execution, "status"), "  ", MomentText(TextIn(execution, "queuedAt")),
                      "  ", MomentText(TextIn(execution, "startedAt")), "  ",
                      MomentText(TextIn(execution, "lastUpdatedAt")));
}

}  // namespace cli
