#include "plugin/warnings.h"

#include "absl/strings/str_cat.h"

namespace plugin {
namespace {

constexpr int64_t kForgetAfterUs = 10'000'000;

}  // namespace

void Warnings::Say(absl::string_view what, int64_t now_us, absl::string_view whom) {
  if (now_us - since_us_ > kForgetAfterUs) {
    said_.clear();
    since_us_ = now_us;
  }
  if (!said_.emplace(what).second) return;
  broker_.Log(LogLevel::kWarning, absl::StrCat("shadow: ", what, whom));
}

}  // namespace plugin
