#include "control/arn.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "policy/resource.h"

namespace control {
std::string Arn(const Surroundings& here, absl::string_view kind, absl::string_view name) {
  return absl::StrCat("arn:", here.partition, ":iot:", here.region, ":", here.account_id, ":", kind,
                      "/", name);
}

std::optional<Named> ReadArn(const Surroundings& here, absl::string_view arn) {
  const std::vector<absl::string_view> fields =
      absl::StrSplit(arn, absl::MaxSplits(':', policy::kArnFields - 1));
  if (fields.size() != policy::kArnFields || fields[0] != "arn" || fields[1] != here.partition ||
      fields[2] != "iot" || fields[3] != here.region || fields[4] != here.account_id) {
    return std::nullopt;
  }
  const size_t slash = fields[5].find('/');
  if (slash == absl::string_view::npos || slash + 1 == fields[5].size()) return std::nullopt;
  return Named{.kind = std::string(fields[5].substr(0, slash)),
               .name = std::string(fields[5].substr(slash + 1))};
}

std::optional<std::string> NameInArn(const Surroundings& here, absl::string_view arn,
                                     absl::string_view kind) {
  auto named = ReadArn(here, arn);
  if (!named || named->kind != kind) return std::nullopt;
  return std::move(named->name);
}

std::string ResourceInArn(absl::string_view arn) {
  if (arn.empty()) return "*";  // StrSplit gives none for a null text
  const std::vector<absl::string_view> fields =
      absl::StrSplit(arn, absl::MaxSplits(':', policy::kArnFields - 1));
  return std::string(fields.size() == policy::kArnFields ? fields.back() : "*");
}

}  // namespace control
