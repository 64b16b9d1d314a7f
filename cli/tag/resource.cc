#include "cli/tag/resource.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "cli/registry/operation.h"

namespace cli {

absl::StatusOr<std::string> ResourceArn(absl::string_view resource) {
  constexpr absl::string_view kKinds[] = {"thingtype", "thinggroup", "policy", "cacert"};
  const size_t slash = resource.find('/');
  const absl::string_view kind = resource.substr(0, slash);
  if (slash == absl::string_view::npos || slash + 1 == resource.size() ||
      std::find(std::begin(kKinds), std::end(kKinds), kind) == std::end(kKinds)) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", resource, "\" cannot have tags: thingtype/NAME, thinggroup/NAME, ",
                     "policy/NAME and cacert/ID can"));
  }
  return ArnOf(kind, resource.substr(slash + 1));
}

}  // namespace cli
