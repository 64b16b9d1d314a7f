#include <sys/stat.h>

#include "absl/flags/flag.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "cli/command.h"
#include "cli/json_text.h"
#include "cli/settings.h"
#include "policy/text_file.h"
#include "storage/stranger.h"

ABSL_FLAG(std::string, console, "", "URL: where the console is, as http://localhost:8088");
ABSL_FLAG(std::string, console_token_file, "",
          "FILE: the token that shadowd makes, for this machine");

namespace cli {
namespace {

constexpr absl::string_view kConsoleFlags[] = {"console", "console_token_file"};

// Empty: there is none, and users log in with their names.
absl::StatusOr<std::string> Token() {
  const std::string path = absl::GetFlag(FLAGS_console_token_file);
  if (path.empty()) return "";
  const auto text =
      storage::AsOwnerOf(path, [&] { return policy::ReadTextFile(path, S_IRWXG | S_IRWXO); });
  if (text.ok()) return std::string(absl::StripAsciiWhitespace(*text));
  if (absl::IsNotFound(text.status())) {
    return absl::UnavailableError(absl::StrCat(
        path, " is not there: shadowd makes it when it starts, with --console_token_file"));
  }
  return absl::Status(text.status().code(), absl::StrCat(path, text.status().message()));
}

absl::StatusOr<ExitCode> RunConsole(Call& call) {
  const auto url = RequiredSetting(FLAGS_console, "where is the console?", "URL");
  if (!url.ok()) return url.status();
  const auto token = Token();
  if (!token.ok()) return token.status();
  const std::string whole = absl::StrCat(absl::StripSuffix(*url, "/"), "/console/",
                                         token->empty() ? "" : "#token=", *token);
  if (call.json) {
    call.out << JsonText::Object({{"url", JsonText::String(whole)}}).text() << "\n";
  } else {
    call.out << whole << "\n";
  }
  return ExitCode::kDone;
}

}  // namespace

extern const Command kConsole;
constexpr Command kConsole{
    .path = "console",
    .arguments = "",
    .summary = "print where the console is, to be opened in a browser",
    .details = "With the token of this machine's shadowd, which lets whoever has it in as admin.",
    .flags = kConsoleFlags,
    .run = RunConsole,
};

}  // namespace cli
