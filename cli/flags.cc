#include "cli/flags.h"

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

ABSL_FLAG(bool, json, false, "print JSON, for programs");
ABSL_FLAG(bool, help, false, "say what the command does");
ABSL_FLAG(std::string, config, "",
          "FILE: where settings are read from; else SHADOWCTL_CONFIG, else "
          "~/.config/shadowctl.conf");
ABSL_FLAG(std::string, registry, "", "DIR: the registry of things, policies and certificates");
ABSL_FLAG(std::string, ca, "", "DIR: the certificate authority, ca.pem and ca.key");
ABSL_FLAG(std::string, things, "",
          "DIR: a folder for each thing's key and certificate; else things beside the authority");
ABSL_FLAG(std::string, reload, "",
          "FILE: holds the broker's process id; after a change it is told to load the registry");
ABSL_FLAG(std::string, key_kind, "rsa", "KIND: of a new key: rsa (2048 bits) or ec (P-256)");
ABSL_FLAG(cli::Repeated, policy, {},
          "POLICY: which; where policies are attached it may be repeated");
ABSL_FLAG(cli::Repeated, thing, {}, "THING: whose; where things are attached it may be repeated");
ABSL_FLAG(std::string, data_dir, "", "DIR: the store of a shadowd that is stopped");
ABSL_FLAG(bool, replace, false, "let what comes take the place of what is there");
ABSL_FLAG(int64_t, count, 0, "N: end after so many; else only when interrupted");

namespace cli {
namespace {

constexpr char kSeparator = '\x1f';

}  // namespace

bool AbslParseFlag(absl::string_view text, Repeated* out, std::string*) {
  out->values.clear();
  if (text.empty()) return true;
  text.remove_prefix(text.front() == kSeparator ? 1 : 0);
  for (const absl::string_view value : absl::StrSplit(text, kSeparator)) {
    out->values.emplace_back(value);
  }
  return true;
}

std::string AbslUnparseFlag(const Repeated& repeated) {
  std::string text;
  for (const std::string& value : repeated.values) {
    text.push_back(kSeparator);
    absl::StrAppend(&text, value);
  }
  return text;
}

std::string FlagText(absl::string_view name) {
  return absl::StrCat("--", absl::StrReplaceAll(name, {{"_", "-"}}));
}

absl::Span<const absl::string_view> CommonFlags() {
  static constexpr absl::string_view kNames[] = {"config", "help", "json"};
  return kNames;
}

absl::Span<const absl::string_view> SettingFlags() {
  static constexpr absl::string_view kNames[] = {
      "registry", "ca",       "things",       "reload",  "credentials_dir", "endpoint",
      "broker",   "cafile",   "cert",         "key",     "access_key_id",   "secret_access_key",
      "region",   "data_dir", "admin_socket", "console", "console_users",   "console_token_file"};
  return kNames;
}

}  // namespace cli
