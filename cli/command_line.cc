#include "cli/command_line.h"

#include <algorithm>
#include <limits>
#include <map>

#include "absl/flags/flag.h"
#include "absl/flags/reflection.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "cli/commands.h"
#include "cli/flags.h"
#include "cli/help.h"

namespace cli {
namespace {

struct GivenFlag {
  std::string name;  // with underscores
  std::optional<std::string> value;
};

// The line split into its kinds, before it is known which command it is.
struct Words {
  std::vector<std::string> plain;
  std::vector<GivenFlag> flags;
  bool help = false;
};

absl::CommandLineFlag* FlagNamed(absl::string_view name) { return absl::FindCommandLineFlag(name); }

bool Contains(absl::Span<const absl::string_view> names, absl::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool IsSwitch(absl::string_view name) {
  const auto* const flag = FlagNamed(name);
  return flag != nullptr && flag->IsOfType<bool>();
}

// "noreload" for a switch "reload" becomes that switch with the value false.
void Normalise(GivenFlag& flag) {
  absl::string_view name = flag.name;
  if (flag.value || FlagNamed(name) != nullptr) return;
  if (absl::ConsumePrefix(&name, "no") && IsSwitch(name)) {
    flag = {std::string(absl::StripPrefix(name, "_")), "false"};
  }
}

// "-5m": no flag begins with a digit.
bool IsAmount(absl::string_view word) {
  return word.size() > 1 && absl::ascii_isdigit(static_cast<unsigned char>(word[1]));
}

absl::StatusOr<Words> Split(absl::Span<const std::string> words) {
  Words split;
  for (size_t i = 0; i < words.size(); ++i) {
    absl::string_view word = words[i];
    if (word == "--") {
      split.plain.insert(split.plain.end(), words.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                         words.end());
      break;
    }
    if (word == "-h") word = "--help";
    if (!absl::StartsWith(word, "-") || word == "-" || IsAmount(word)) {
      split.plain.push_back(words[i]);
      continue;
    }
    if (!absl::ConsumePrefix(&word, "--")) {
      return absl::InvalidArgumentError(
          absl::StrCat("\"", words[i], "\": flags begin with two dashes; see shadowctl --help"));
    }
    const size_t equals = word.find('=');
    GivenFlag flag{absl::StrReplaceAll(word.substr(0, equals), {{"-", "_"}}), std::nullopt};
    if (equals != absl::string_view::npos) flag.value = std::string(word.substr(equals + 1));
    Normalise(flag);
    const bool wants_value = FlagNamed(flag.name) != nullptr && !IsSwitch(flag.name);
    if (!flag.value && wants_value) {
      if (i + 1 == words.size()) {
        return absl::InvalidArgumentError(absl::StrCat(FlagText(flag.name), " needs a value"));
      }
      flag.value = words[++i];
    }
    split.help = split.help || (flag.name == "help" && flag.value.value_or("true") == "true");
    split.flags.push_back(std::move(flag));
  }
  return split;
}

absl::Status SetFlag(const GivenFlag& given, std::vector<std::string>& seen) {
  absl::CommandLineFlag& flag = *FlagNamed(given.name);
  std::string value = given.value.value_or("true");
  if (flag.IsOfType<Repeated>()) {
    value = absl::StrCat(flag.CurrentValue(), AbslUnparseFlag({{value}}));
  } else if (std::find(seen.begin(), seen.end(), given.name) != seen.end()) {
    return absl::InvalidArgumentError(absl::StrCat(FlagText(given.name), " is given twice"));
  }
  seen.push_back(given.name);
  std::string error;
  if (flag.ParseFrom(value, &error)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(FlagText(given.name), ": \"",
                                                 given.value.value_or(""), "\" is not right",
                                                 error.empty() ? "" : ": ", error));
}

// Every flag that `command` takes gets its value: from the line, else from the settings.
absl::Status SetFlags(const Command& command, const std::vector<GivenFlag>& given,
                      const Environment& environment) {
  std::vector<std::string> seen;
  for (const GivenFlag& flag : given) {
    if (!Contains(command.flags, flag.name) && !Contains(CommonFlags(), flag.name)) {
      return absl::InvalidArgumentError(absl::StrCat(FlagText(flag.name), " is not a flag of \"",
                                                     command.path, "\"; see shadowctl ",
                                                     command.path, " --help"));
    }
    if (auto status = SetFlag(flag, seen); !status.ok()) return status;
  }
  const auto settings = FindSettings(absl::GetFlag(FLAGS_config), environment);
  if (!settings.ok()) return settings.status();
  // A place that the line names goes before another kind of place that a setting names.
  const auto is_seen = [&seen](absl::string_view name) {
    return std::find(seen.begin(), seen.end(), name) != seen.end();
  };
  if (is_seen("data_dir")) seen.push_back("admin_socket");
  if (is_seen("admin_socket")) seen.push_back("data_dir");
  for (const auto& [name, value] : *settings) {
    if (!Contains(command.flags, name) || is_seen(name)) continue;
    if (auto status = SetFlag({name, value}, seen); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status CheckCount(const Command& command, size_t count) {
  const Arity arity = ArityOf(command.arguments);
  if (count >= arity.min && count <= arity.max) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(count < arity.min ? "too few arguments" : "too many arguments",
                   "; it is: ", UsageText(command)));
}

absl::Status NoSuchCommand(absl::Span<const absl::string_view> words) {
  size_t known = 0;
  while (known < words.size() && !NextWords(words.subspan(0, known + 1)).empty()) ++known;
  const auto next = NextWords(words.subspan(0, known));
  const std::string where =
      absl::StrCat("shadowctl", known > 0 ? " " : "", absl::StrJoin(words.subspan(0, known), " "));
  if (known == words.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat(where, " needs one of: ", absl::StrJoin(next, ", ")));
  }
  return absl::InvalidArgumentError(absl::StrCat("\"", words[known], "\" is not a command; ", where,
                                                 " knows: ", absl::StrJoin(next, ", ")));
}

}  // namespace

Arity ArityOf(absl::string_view placeholders) {
  Arity arity;
  for (const absl::string_view word : absl::StrSplit(placeholders, ' ', absl::SkipEmpty())) {
    const bool optional = absl::StartsWith(word, "[");
    if (!optional) ++arity.min;
    ++arity.max;
    if (absl::StrContains(word, "...")) arity.max = std::numeric_limits<size_t>::max();
  }
  return arity;
}

absl::StatusOr<CommandLine> ReadCommandLine(absl::Span<const std::string> words,
                                            const Environment& environment) {
  auto split = Split(words);
  if (!split.ok()) return split.status();
  const std::vector<absl::string_view> plain(split->plain.begin(), split->plain.end());
  CommandLine line;
  size_t used = 0;
  line.command = FindCommand(plain, used);
  line.help = split->help || words.empty();
  if (line.command == nullptr) {
    if (!line.help || (!plain.empty() && NextWords(plain).empty())) return NoSuchCommand(plain);
    line.words = split->plain;
    return line;
  }
  if (line.help) return line;
  const auto middle = split->plain.begin() + static_cast<std::ptrdiff_t>(used);
  line.words.assign(split->plain.begin(), middle);
  line.arguments.assign(middle, split->plain.end());
  if (auto status = SetFlags(*line.command, split->flags, environment); !status.ok()) {
    return status;
  }
  if (auto status = CheckCount(*line.command, line.arguments.size()); !status.ok()) return status;
  return line;
}

}  // namespace cli
