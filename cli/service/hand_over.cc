#include <chrono>
#include <optional>
#include <thread>

#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/service/admin_connection.h"

namespace cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr absl::string_view kHandOverFlags[] = {"admin_socket"};

// Longer than whoever has handed over leaves the store to others, and than taking it lasts.
constexpr std::chrono::seconds kTakenOverMax{10};
constexpr std::chrono::milliseconds kLookEvery{50};

std::string Member(const policy::Node& answer, absl::string_view name) {
  const policy::Node* const member = answer.Find(name);
  return member == nullptr ? "" : member->text;
}

// Nothing: it does not listen now, as between being active and standing by.
std::optional<AdminConnection::Answer> AskStatus() {
  auto connection = AdminConnection::Open();
  if (!connection.ok()) return std::nullopt;
  auto answer = connection->Ask(JsonText::Object({{"command", JsonText::String("status")}}));
  if (!answer.ok()) return std::nullopt;
  return *std::move(answer);
}

absl::StatusOr<ExitCode> RunHandOver(Call& call) {
  std::string life;
  {
    auto connection = AdminConnection::Open();
    if (!connection.ok()) return connection.status();
    const auto status =
        connection->Ask(JsonText::Object({{"command", JsonText::String("status")}}));
    if (!status.ok()) return status.status();
    life = Member(status->tree, "life");
    const auto begun =
        connection->Ask(JsonText::Object({{"command", JsonText::String("hand_over")}}));
    if (!begun.ok()) return begun.status();
  }
  const Clock::time_point end = Clock::now() + kTakenOverMax;
  while (Clock::now() < end) {
    std::this_thread::sleep_for(kLookEvery);
    const auto now = AskStatus();
    if (!now || Member(now->tree, "life") == life) continue;
    if (Member(now->tree, "role") == "active") {
      return absl::UnavailableError("nobody stood by: this shadowd is active again");
    }
    if (Member(now->tree, "active").empty()) continue;
    if (call.json) {
      call.out << now->line << "\n";
    } else {
      call.out << "active is " << Member(now->tree, "active") << "\n";
    }
    return ExitCode::kDone;
  }
  return absl::UnavailableError("the store was given up, and nobody has taken it over yet");
}

}  // namespace

extern const Command kServiceHandOver;
constexpr Command kServiceHandOver{
    .path = "service hand-over",
    .arguments = "",
    .summary = "have a running shadowd that is active hand over to one that stands by",
    .details =
        "Requests that come meanwhile wait for the other one, and are answered by it. Without one\n"
        "that stands by, this shadowd takes the store again after two seconds.",
    .flags = kHandOverFlags,
    .run = RunHandOver,
};

}  // namespace cli
