#include "cli/completion.h"

#include <algorithm>

#include "absl/flags/reflection.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/flags.h"
#include "cli/help.h"
#include "policy/registry_files.h"

namespace cli {
namespace {

bool TakesValue(absl::string_view word) {
  if (!absl::StartsWith(word, "--") || absl::StrContains(word, "=")) return false;
  const auto* const flag =
      absl::FindCommandLineFlag(absl::StrReplaceAll(word.substr(2), {{"-", "_"}}));
  return flag != nullptr && !flag->IsOfType<bool>();
}

// The words that are neither flags nor flags' values.
std::vector<absl::string_view> PlainWords(absl::Span<const std::string> words) {
  std::vector<absl::string_view> plain;
  for (size_t i = 0; i < words.size(); ++i) {
    if (TakesValue(words[i])) {
      ++i;
    } else if (!absl::StartsWith(words[i], "-")) {
      plain.push_back(words[i]);
    }
  }
  return plain;
}

// The registry that the line so far, the environment or the settings file names.
std::string RegistryOf(absl::Span<const std::string> words, const Environment& environment) {
  std::string config;
  for (size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] == "--registry") return words[i + 1];
    if (words[i] == "--config") config = words[i + 1];
  }
  const auto settings = FindSettings(config, environment);
  if (!settings.ok()) return "";
  const auto found = settings->find("registry");
  return found == settings->end() ? "" : found->second;
}

std::vector<std::string> NamesOf(absl::string_view placeholder, absl::Span<const std::string> words,
                                 const Environment& environment) {
  std::vector<std::string> names;
  const auto registry = policy::LoadRegistry(RegistryOf(words, environment));
  if (!registry.ok()) return names;
  const auto take = [&](const auto& entries) {
    for (const auto& [name, entry] : entries) names.push_back(name);
  };
  if (placeholder == "THING") take((*registry)->things());
  if (placeholder == "POLICY") take((*registry)->policies());
  if (placeholder == "TYPE") take((*registry)->thing_types());
  if (placeholder == "GROUP") take((*registry)->thing_groups());
  if (placeholder == "CERTIFICATE") take((*registry)->certificates());
  std::sort(names.begin(), names.end());
  return names;
}

// What the `index`th argument of `command` may be.
std::vector<std::string> Arguments(const Command& command, size_t index,
                                   absl::Span<const std::string> words,
                                   const Environment& environment) {
  const std::vector<absl::string_view> placeholders =
      absl::StrSplit(command.arguments, ' ', absl::SkipEmpty());
  if (placeholders.empty()) return {};
  absl::string_view placeholder = placeholders[std::min(index, placeholders.size() - 1)];
  if (index >= placeholders.size() && !absl::StrContains(placeholder, "...")) return {};
  const size_t begin = placeholder.find_first_not_of('[');
  placeholder = placeholder.substr(begin, placeholder.find_first_of(".]", begin) - begin);
  std::vector<std::string> found;
  for (const absl::string_view choice : absl::StrSplit(placeholder, '|')) {
    // "bash|zsh" are words, "THING|FILE" stands for some.
    const bool is_word = absl::ascii_islower(static_cast<unsigned char>(choice[0]));
    const auto names = is_word ? std::vector<std::string>{std::string(choice)}
                               : NamesOf(choice, words, environment);
    found.insert(found.end(), names.begin(), names.end());
  }
  return found;
}

std::vector<std::string> Flags(const Command* command) {
  std::vector<std::string> flags;
  for (const absl::string_view name : CommonFlags()) flags.push_back(FlagText(name));
  if (command == nullptr) return flags;
  for (const absl::string_view name : command->flags) flags.push_back(FlagText(name));
  return flags;
}

}  // namespace

std::vector<std::string> Complete(absl::Span<const std::string> words,
                                  const Environment& environment) {
  if (words.empty()) return {};
  const std::string& last = words.back();
  const auto before = words.subspan(0, words.size() - 1);
  const auto plain = PlainWords(before);
  size_t used = 0;
  const Command* const command = FindCommand(plain, used);
  std::vector<std::string> found;
  if (!before.empty() && TakesValue(before.back())) {
    const absl::string_view flag = before.back();
    if (flag == "--policy") found = NamesOf("POLICY", words, environment);
    if (flag == "--thing") found = NamesOf("THING", words, environment);
    if (flag == "--parent") found = NamesOf("GROUP", words, environment);
    if (flag == "--certificate") found = NamesOf("CERTIFICATE", words, environment);
  } else if (absl::StartsWith(last, "-")) {
    found = Flags(command);
  } else if (command != nullptr) {
    found = Arguments(*command, plain.size() - used, words, environment);
  } else {
    for (const absl::string_view word : NextWords(plain)) found.emplace_back(word);
  }
  found.erase(
      std::remove_if(found.begin(), found.end(),
                     [&](const std::string& word) { return !absl::StartsWith(word, last); }),
      found.end());
  return found;
}

}  // namespace cli
