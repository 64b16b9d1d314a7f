#include "cli/registry/entry_flags.h"

#include "absl/flags/flag.h"

ABSL_FLAG(std::string, description, "", "TEXT: for people; decides nothing");
ABSL_FLAG(cli::Repeated, tag, {}, "KEY=VALUE: a tag; may be repeated");
