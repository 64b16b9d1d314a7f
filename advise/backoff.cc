#include "advise/backoff.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

namespace advise {
namespace {

// What clocks, networks and schedulers add to a pause that is meant to be exact: a part of it, and
// no less than so long.
constexpr double kSlack = 0.05;
constexpr double kSlackLeastSeconds = 0.03;
constexpr double kStormSeconds = 0.05;  // pauses shorter than this are none
constexpr double kGrows = 1.2;          // from pause to pause

double Slack(double seconds) { return std::max(kSlack * seconds, kSlackLeastSeconds); }

double MeanOf(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

bool AreSame(const std::vector<double>& values, double slack) {
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  return *most - *least <= 2 * slack;
}

bool IsLinear(const std::vector<double>& pauses) {
  std::vector<double> steps;
  for (size_t i = 1; i < pauses.size(); ++i) steps.push_back(pauses[i] - pauses[i - 1]);
  return MeanOf(steps) > kSlackLeastSeconds && AreSame(steps, kSlackLeastSeconds);
}

bool IsNear(double pause, double wanted) { return std::abs(pause - wanted) <= Slack(wanted); }

// Each pause is the one before times a factor, up to a longest one. Of few pauses that fit by
// chance nothing is said.
bool IsGeometric(const std::vector<double>& pauses) {
  const double factor = pauses[1] / pauses[0];
  if (factor < kGrows) return false;
  size_t fitting = 2;
  size_t by_chance = 2;
  while (fitting < pauses.size() && IsNear(pauses[fitting], pauses[fitting - 1] * factor)) {
    ++fitting;
  }
  if (fitting < pauses.size() && pauses[fitting] > pauses[fitting - 1] &&
      pauses[fitting] < pauses[fitting - 1] * factor) {
    ++fitting;
    ++by_chance;
  }
  while (fitting < pauses.size() && IsNear(pauses[fitting], pauses[fitting - 1])) ++fitting;
  return fitting == pauses.size() && fitting - by_chance >= 2;
}

}  // namespace

BackoffVerdict JudgePauses(absl::Span<const int64_t> at_us) {
  using Kind = BackoffVerdict::Kind;
  std::vector<double> pauses;
  for (size_t i = 1; i < at_us.size(); ++i) {
    pauses.push_back(static_cast<double>(at_us[i] - at_us[i - 1]) / 1e6);
  }
  const auto format = [](std::string* out, double pause) {
    absl::StrAppendFormat(out, "%.3f", pause);
  };
  const std::string told = absl::StrCat("pauses of ", absl::StrJoin(pauses, ", ", format), " s: ");
  const double mean = MeanOf(pauses);
  if (mean < kStormSeconds) return {Kind::kBad, told + "that is a storm"};
  if (AreSame(pauses, Slack(mean))) return {Kind::kBad, told + "they are all the same"};
  if (IsLinear(pauses)) return {Kind::kBad, told + "each is only as much longer as the one before"};
  if (IsGeometric(pauses)) {
    return {Kind::kWithoutJitter, told + "they grow, but for every device alike: without jitter"};
  }
  return {Kind::kGood, told + "they vary"};
}

}  // namespace advise
