// shadowctl but for main: a command line in, words and an exit code out.
#pragma once

#include <ostream>
#include <string>

#include "absl/types/span.h"
#include "cli/exit_code.h"
#include "cli/settings.h"

namespace cli {

// `words` without the program's name. Sets flags, which are global: one call at a time.
ExitCode RunProgram(absl::Span<const std::string> words, const Environment& environment,
                    std::ostream& out, std::ostream& err);

}  // namespace cli
