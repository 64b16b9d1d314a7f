#include "cli/program.h"

#include "absl/flags/flag.h"
#include "absl/strings/match.h"
#include "cli/command_line.h"
#include "cli/completion.h"
#include "cli/flags.h"
#include "cli/help.h"
#include "cli/json_text.h"

namespace cli {
namespace {

ExitCode TellFault(const absl::Status& status, bool json, std::ostream& err) {
  const ExitCode code = ExitCodeOf(status);
  if (json) {
    err << JsonText::Object(
               {{"error", JsonText::Object({{"code", JsonText::String(ExitCodeName(code))},
                                            {"message", JsonText::String(status.message())}})}})
               .text()
        << "\n";
  } else {
    err << "shadowctl: " << status.message() << "\n";
  }
  return code;
}

}  // namespace

ExitCode RunProgram(absl::Span<const std::string> words, const Environment& environment,
                    std::ostream& out, std::ostream& err) {
  if (!words.empty() && words.front() == kCompleteWord) {
    for (const std::string& word : Complete(words.subspan(1), environment)) out << word << "\n";
    return ExitCode::kDone;
  }
  if (words.size() == 1 && words.front() == "--version") {
    out << "shadowctl " << SHADOW_VERSION << "\n";
    return ExitCode::kDone;
  }
  auto line = ReadCommandLine(words, environment);
  const bool json = absl::GetFlag(FLAGS_json);
  if (!line.ok()) return TellFault(line.status(), json, err);
  if (line->help) {
    out << (line->command != nullptr ? HelpText(*line->command) : HelpText(line->words));
    return ExitCode::kDone;
  }
  Call call{std::move(line->arguments), out, err, json};
  const auto code = line->command->run(call);
  if (!code.ok()) return TellFault(code.status(), json, err);
  out.flush();
  if (out) return *code;
  return TellFault(absl::InternalError("what was asked for could not be written"), json, err);
}

}  // namespace cli
