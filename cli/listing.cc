#include "cli/listing.h"

#include <utility>

namespace cli {

void Listing::Add(absl::string_view line, JsonText element) {
  if (!call_.json) call_.out << line << "\n";
  elements_.push_back(std::move(element));
}

ExitCode Listing::Finish() {
  if (call_.json) {
    call_.out << JsonText::Object({{name_, JsonText::Array(elements_)}}).text() << "\n";
  }
  return ExitCode::kDone;
}

}  // namespace cli
