// What a command lists: for people a line each, as it comes; with --json one object, whose one
// member is the array of all.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "cli/command.h"
#include "cli/json_text.h"

namespace cli {

class Listing {
 public:
  // `name` is the member's. Both outlive the listing.
  Listing(Call& call, absl::string_view name) : call_(call), name_(name) {}

  // The same thing as a line and as JSON.
  void Add(absl::string_view line, JsonText element);

  // After the last one. How the command ends.
  ExitCode Finish();

 private:
  Call& call_;
  const absl::string_view name_;
  std::vector<JsonText> elements_;
};

}  // namespace cli
