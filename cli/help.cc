#include "cli/help.h"

#include <algorithm>
#include <utility>

#include "absl/flags/reflection.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/commands.h"
#include "cli/flags.h"

namespace cli {
namespace {

// "DIR: the folder" as its two parts; no placeholder for a switch.
std::pair<std::string, std::string> HelpParts(const std::string& help) {
  const size_t colon = help.find(": ");
  const absl::string_view head = absl::string_view(help).substr(0, colon);
  const bool is_placeholder = colon != std::string::npos && !head.empty() &&
                              std::all_of(head.begin(), head.end(), [](char c) {
                                return !absl::ascii_islower(c) && c != ' ';
                              });
  if (!is_placeholder) return {"", help};
  return {std::string(head), help.substr(colon + 2)};
}

std::string FlagLines(absl::string_view name) {
  const absl::CommandLineFlag* const flag = absl::FindCommandLineFlag(name);
  if (flag == nullptr) return "";
  const auto [placeholder, words] = HelpParts(flag->Help());
  const std::string head =
      absl::StrCat("  ", FlagText(name), placeholder.empty() ? "" : " ", placeholder);
  const std::string standard = flag->DefaultValue();
  const bool has_standard = !standard.empty() && standard != "false";
  return absl::StrCat(head, "\n        ", words,
                      has_standard ? absl::StrCat(" (", standard, ")") : "", "\n");
}

// A line for each command whose path begins so, and goes on.
std::string CommandLines(absl::string_view beginning) {
  std::vector<std::pair<std::string, absl::string_view>> rows;
  size_t width = 0;
  for (const Command* const command : AllCommands()) {
    if (!absl::StartsWith(command->path, beginning)) continue;
    rows.emplace_back(
        absl::StrCat(command->path, command->arguments.empty() ? "" : " ", command->arguments),
        command->summary);
    width = std::max(width, rows.back().first.size());
  }
  std::string text;
  for (const auto& [head, summary] : rows) {
    absl::StrAppend(&text, "  ", head, std::string(width - head.size() + 2, ' '), summary, "\n");
  }
  return text;
}

constexpr absl::string_view kClosing =
    "\n`shadowctl COMMAND --help` says more of each. Settings such as --registry may also come\n"
    "from the environment (SHADOWCTL_REGISTRY) or a file (--config).\n"
    "Exit codes: 0 done, 1 failed, 2 wrong use, 3 not found, 4 conflict, 5 denied,\n"
    "6 nobody answers.\n";

}  // namespace

std::string UsageText(const Command& command) {
  return absl::StrCat("shadowctl ", command.path, command.arguments.empty() ? "" : " ",
                      command.arguments, command.flags.empty() ? "" : " [flags]");
}

std::string HelpText(const Command& command) {
  std::string text = absl::StrCat(UsageText(command), "\n\n  ", command.summary, "\n");
  if (!command.details.empty()) absl::StrAppend(&text, "\n", command.details, "\n");
  absl::StrAppend(&text, "\nFlags:\n");
  for (const absl::string_view name : command.flags) absl::StrAppend(&text, FlagLines(name));
  for (const absl::string_view name : CommonFlags()) absl::StrAppend(&text, FlagLines(name));
  const std::string further = CommandLines(absl::StrCat(command.path, " "));
  if (!further.empty()) absl::StrAppend(&text, "\nFurther commands:\n", further);
  return text;
}

std::string HelpText(absl::Span<const std::string> words) {
  const std::string beginning = words.empty() ? "" : absl::StrCat(absl::StrJoin(words, " "), " ");
  return absl::StrCat(
      words.empty()
          ? "shadowctl: things, certificates, policies and shadows of a mosquitto-shadow\n\n"
          : "",
      CommandLines(beginning), kClosing);
}

}  // namespace cli
