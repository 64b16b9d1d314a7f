// Settings that need not stand on every command line: from the environment, else from a file.
//
// The file holds lines "name = value", names as flags have them without the dashes; `#` begins a
// comment. The environment calls the setting `registry` SHADOWCTL_REGISTRY, and so on.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cli {

// An environment variable's value, or null.
using Environment = std::function<const char*(const char* name)>;

// Reads the text of a settings file, `file` being what faults call it. Fails with
// "file:line: reason" on a line that is no setting.
absl::StatusOr<std::map<std::string, std::string>> ParseSettings(absl::string_view file,
                                                                 absl::string_view text);

// The settings that hold: each of SettingFlags that the environment or the file has, by the flag's
// name. `config` is --config, which may be empty; a file that was named must be there.
absl::StatusOr<std::map<std::string, std::string>> FindSettings(const std::string& config,
                                                                const Environment& environment);

// The value of a setting that a command cannot do without. InvalidArgument that asks `question`
// ("where is the store?") and says where the answer may be given, if there is none; `value` is what
// the answer looks like.
absl::StatusOr<std::string> RequiredSetting(const absl::Flag<std::string>& flag,
                                            absl::string_view question, absl::string_view value);

}  // namespace cli
