#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/flags.h"
#include "cli/service/admin_connection.h"

namespace cli {
namespace {

constexpr absl::string_view kTraceFlags[] = {"admin_socket", "count"};

std::string TextOf(const policy::Node& line, absl::string_view name) {
  const policy::Node* const member = line.Find(name);
  return member == nullptr ? "" : member->text;
}

// 2026-11-22T21:00:00.123456Z fault late#12:delay:840 lamp $aws/things/lamp/… client lamp-7
std::string FaultSentence(const policy::Node& line) {
  const policy::Node& faults = *line.Find("faults");
  const std::string client = TextOf(line, "client");
  std::string sentence = absl::StrCat(TextOf(line, "fired"), " fault");
  for (const policy::Node& fault : faults.elements) absl::StrAppend(&sentence, " ", fault.text);
  absl::StrAppend(&sentence, " ", TextOf(line, "thing"), " ", TextOf(line, "topic"));
  return client.empty() ? sentence : absl::StrCat(sentence, " client ", client);
}

// 2026-11-22T21:00:00.123456Z update lamp/color 200: handled 85 us, committed 412 us, …
std::string Sentence(const policy::Node& line) {
  if (line.Find("lost") != nullptr) return absl::StrCat(TextOf(line, "lost"), " lines were lost");
  if (line.Find("faults") != nullptr) return FaultSentence(line);
  const std::string name = TextOf(line, "shadow");
  return absl::StrCat(
      TextOf(line, "taken"), " ", TextOf(line, "operation"), " ", TextOf(line, "thing"),
      name.empty() ? "" : "/", name, " ", TextOf(line, "code"), ": handled ",
      TextOf(line, "handled_us"), " us, committed ", TextOf(line, "committed_us"), " us, answered ",
      TextOf(line, "answered_us"), " us after it was taken; ", TextOf(line, "payload_bytes"),
      " bytes, in a group of ", TextOf(line, "group_requests"),
      TextOf(line, "resent") == "true" ? ", sent again" : "");
}

absl::StatusOr<ExitCode> RunTrace(Call& call) {
  auto connection = AdminConnection::Open();
  if (!connection.ok()) return connection.status();
  const auto begun = connection->Ask(JsonText::Object(
      {{"command", JsonText::String("trace")}, {"thing", JsonText::String(call.arguments[0])}}));
  if (!begun.ok()) return begun.status();
  if (!call.json) call.err << "following " << call.arguments[0] << "; end with Ctrl-C\n";
  const int64_t count = absl::GetFlag(FLAGS_count);
  for (int64_t told = 0; (count == 0 || told < count) && call.out.good(); ++told) {
    const auto line = connection->Line();
    if (!line.ok()) return line.status();
    const auto tree = ReadAdminAnswer(*line);
    if (!tree.ok()) return tree.status();
    call.out << (call.json ? *line : Sentence(*tree)) << "\n" << std::flush;
  }
  return ExitCode::kDone;
}

}  // namespace

extern const Command kTrace;
constexpr Command kTrace{
    .path = "trace",
    .arguments = "THING",
    .summary = "show the way of each request for a thing's shadows, with its times",
    .details =
        "A line a request: when shadowd took it from the broker, and how long after that it was\n"
        "handled, stored and answered; and one for what a fault plan did. Payloads are not shown.",
    .flags = kTraceFlags,
    .run = RunTrace,
};

}  // namespace cli
