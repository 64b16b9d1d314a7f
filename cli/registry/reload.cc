#include "cli/registry/reload.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/types.h>

#include <algorithm>
#include <filesystem>

#include "absl/flags/flag.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "cli/flags.h"
#include "cli/service/admin_connection.h"
#include "cli/text_file.h"

namespace cli {

namespace {

constexpr size_t kFilesMax = 200;  // of one request (docs/admin-socket.md)

void Remark(Call& call, absl::string_view what) {
  if (!call.json) call.err << what << "\n";
}

absl::Status HaveBrokerReloaded(Call& call) {
  const std::string path = absl::GetFlag(FLAGS_reload);
  if (path.empty()) {
    Remark(call,
           "The broker takes it up when it is told to: kill -HUP its process, or give "
           "--reload PIDFILE.");
    return absl::OkStatus();
  }
  const std::string stays = "the broker was not told of the registry's state: ";
  const auto text = ReadTextFile(path);
  if (!text.ok()) {
    return absl::FailedPreconditionError(absl::StrCat(stays, text.status().message()));
  }
  pid_t pid = 0;
  if (!absl::SimpleAtoi(absl::StripAsciiWhitespace(*text), &pid) || pid < 1) {
    return absl::FailedPreconditionError(absl::StrCat(stays, path, " holds no process id"));
  }
  const auto name = ReadTextFile(absl::StrCat("/proc/", pid, "/comm"));
  if (!name.ok() || absl::StripAsciiWhitespace(*name) != "mosquitto") {
    return absl::FailedPreconditionError(
        absl::StrCat(stays, "process ", pid, " of ", path, " is no running mosquitto"));
  }
  if (kill(pid, SIGHUP) != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat(stays, "process ", pid, ": ", strerror(errno)));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status HaveServiceReloaded(Call& call) {
  if (absl::GetFlag(FLAGS_admin_socket).empty()) {
    Remark(call,
           "shadowd takes it up for HTTPS when it is told to: kill -HUP its process, or give "
           "--admin-socket SOCKET.");
    return absl::OkStatus();
  }
  auto connection = AdminConnection::Open();
  if (absl::IsUnavailable(connection.status())) {
    Remark(call, absl::StrCat("shadowd was not told: ", connection.status().message()));
    return absl::OkStatus();
  }
  if (!connection.ok()) return connection.status();
  const auto answer = connection->Ask(JsonText::Object({{"command", JsonText::String("reload")}}));
  if (answer.ok()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("shadowd goes on with what it had: ", answer.status().message()));
}

absl::Status HaveTakenUp(Call& call, const std::string& folder,
                         absl::Span<const std::string> files) {
  if (absl::GetFlag(FLAGS_admin_socket).empty()) return HaveReloaded(call);
  auto connection = AdminConnection::Open();
  if (absl::IsUnavailable(connection.status())) {
    Remark(call, absl::StrCat("shadowd was not told: ", connection.status().message()));
    return HaveBrokerReloaded(call);
  }
  if (!connection.ok()) return connection.status();
  bool is_at_broker = true;
  for (; !files.empty(); files.remove_prefix(std::min(kFilesMax, files.size()))) {
    const auto some = files.subspan(0, kFilesMax);
    const auto answer = connection->Ask(JsonText::Object(
        {{"command", JsonText::String("registry")},
         {"folder",
          JsonText::String(std::filesystem::absolute(folder).lexically_normal().string())},
         {"entries", JsonText::Strings({some.begin(), some.end()})}}));
    if (absl::IsFailedPrecondition(answer.status())) {  // it goes by no registry, or by another
      Remark(call, absl::StrCat("shadowd did not take it up: ", answer.status().message()));
      return HaveReloaded(call);
    }
    if (!answer.ok()) {
      absl::Status told = absl::FailedPreconditionError(
          absl::StrCat("shadowd goes on with what it had: ", answer.status().message()));
      told.Update(HaveBrokerReloaded(call));
      return told;
    }
    const policy::Node* const broker = answer->tree.Find("broker");
    is_at_broker = is_at_broker && broker != nullptr && broker->text == "true";
  }
  if (is_at_broker) return absl::OkStatus();
  Remark(call,
         "shadowd goes by it. It does not reach the broker, which it has load it as soon as it "
         "does.");
  return absl::GetFlag(FLAGS_reload).empty() ? absl::OkStatus() : HaveBrokerReloaded(call);
}

absl::Status HaveReloaded(Call& call) {
  absl::Status told = HaveBrokerReloaded(call);
  told.Update(HaveServiceReloaded(call));
  return told;
}

}  // namespace cli
