#include "cli/settings.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "cli/flags.h"

namespace cli {
namespace {

bool IsSetting(absl::string_view name) {
  const auto names = SettingFlags();
  return std::find(names.begin(), names.end(), name) != names.end();
}

// What the environment calls a setting.
std::string VariableOf(absl::string_view name) {
  return absl::StrCat("SHADOWCTL_", absl::AsciiStrToUpper(name));
}

// Where the Debian package and the container image say where things are.
constexpr char kMachineFile[] = "/etc/mosquitto-shadow/shadowctl.conf";

std::string PersonsFile(const Environment& environment) {
  if (const char* const folder = environment("XDG_CONFIG_HOME"); folder != nullptr && *folder) {
    return absl::StrCat(folder, "/shadowctl.conf");
  }
  const char* const home = environment("HOME");
  return home == nullptr ? "" : absl::StrCat(home, "/.config/shadowctl.conf");
}

// The person's own, or else the machine's.
std::string DefaultFile(const Environment& environment) {
  const std::string persons = PersonsFile(environment);
  return std::ifstream(persons) ? persons : kMachineFile;
}

absl::StatusOr<std::map<std::string, std::string>> ReadFile(const std::string& config,
                                                            const Environment& environment) {
  const char* const named = environment("SHADOWCTL_CONFIG");
  const bool must_exist = !config.empty() || named != nullptr;
  const std::string path = !config.empty()    ? config
                           : named != nullptr ? std::string(named)
                                              : DefaultFile(environment);
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  if (file) return ParseSettings(path, text.str());
  // An empty file sets no byte, and fails the copy, too.
  if (std::ifstream(path) && std::ifstream(path).peek() == EOF) return ParseSettings(path, "");
  if (!must_exist) return std::map<std::string, std::string>();
  return absl::InvalidArgumentError(absl::StrCat("the settings file \"", path,
                                                 "\" cannot be read: name one that is there with ",
                                                 "--config or SHADOWCTL_CONFIG"));
}

}  // namespace

absl::StatusOr<std::map<std::string, std::string>> ParseSettings(absl::string_view file,
                                                                 absl::string_view text) {
  std::map<std::string, std::string> settings;
  int number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    line = absl::StripAsciiWhitespace(line);
    if (line.empty() || line.front() == '#') continue;
    const size_t equals = line.find('=');
    if (equals == absl::string_view::npos) {
      return absl::InvalidArgumentError(
          absl::StrCat(file, ":", number, ": \"", line, "\" is not \"name = value\""));
    }
    const std::string name =
        absl::StrReplaceAll(absl::StripAsciiWhitespace(line.substr(0, equals)), {{"-", "_"}});
    if (!IsSetting(name)) {
      return absl::InvalidArgumentError(absl::StrCat(file, ":", number, ": \"", name,
                                                     "\" is not a setting; docs/shadowctl.md ",
                                                     "lists them"));
    }
    settings[name] = std::string(absl::StripAsciiWhitespace(line.substr(equals + 1)));
  }
  return settings;
}

absl::StatusOr<std::map<std::string, std::string>> FindSettings(const std::string& config,
                                                                const Environment& environment) {
  auto settings = ReadFile(config, environment);
  if (!settings.ok()) return settings;
  for (const absl::string_view name : SettingFlags()) {
    if (const char* const value = environment(VariableOf(name).c_str())) {
      (*settings)[std::string(name)] = value;
    }
  }
  return settings;
}

absl::StatusOr<std::string> RequiredSetting(const absl::Flag<std::string>& flag,
                                            absl::string_view question, absl::string_view value) {
  std::string given = absl::GetFlag(flag);
  if (!given.empty()) return given;
  const absl::string_view name = absl::GetFlagReflectionHandle(flag).Name();
  return absl::InvalidArgumentError(absl::StrCat(question, " Give ", FlagText(name), " ", value,
                                                 ", set ", VariableOf(name),
                                                 ", or name a settings file with --config"));
}

}  // namespace cli
