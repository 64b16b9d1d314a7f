// Flags that more than one command takes, and the type of those that may be given repeatedly.
// A flag of one command is defined in that command's file.
//
// The help text of a flag with a value begins with the value's placeholder: "DIR: the folder ...".
#pragma once

#include <string>
#include <vector>

#include "absl/flags/declare.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace cli {

// The values of a flag that may be given more than once, in their order.
struct Repeated {
  std::vector<std::string> values;
};

// A list as one text, as flags are kept: the values behind a unit separator each.
bool AbslParseFlag(absl::string_view text, Repeated* out, std::string* error);
std::string AbslUnparseFlag(const Repeated& repeated);

// "--client-id" for the flag client_id.
std::string FlagText(absl::string_view name);

// Flags that every command takes.
absl::Span<const absl::string_view> CommonFlags();

// Flags that may also come from the environment or the configuration file: settings of a place,
// not of one call.
absl::Span<const absl::string_view> SettingFlags();

}  // namespace cli

ABSL_DECLARE_FLAG(bool, json);
ABSL_DECLARE_FLAG(std::string, config);
ABSL_DECLARE_FLAG(std::string, registry);
ABSL_DECLARE_FLAG(std::string, ca);
ABSL_DECLARE_FLAG(std::string, things);
ABSL_DECLARE_FLAG(std::string, reload);
ABSL_DECLARE_FLAG(std::string, data_dir);
ABSL_DECLARE_FLAG(bool, replace);
ABSL_DECLARE_FLAG(int64_t, count);
ABSL_DECLARE_FLAG(std::string, key_kind);
ABSL_DECLARE_FLAG(cli::Repeated, policy);
ABSL_DECLARE_FLAG(cli::Repeated, thing);
