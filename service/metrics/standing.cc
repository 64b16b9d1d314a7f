#include <string>
#include <utility>

#include "service/metrics/families.h"
#include "service/metrics/metrics.h"

namespace service {
namespace {

constexpr MetricRow<Standing::Values> kStandingNumbers[] = {
    {kCounter, "shadow_owner_changes_total", "How often this shadowd has taken the store over.",
     &Standing::Values::taken},
    {kCounter,
     "shadow_stepped_down_total",
     "How often it was active no more, by why.",
     {{&Standing::Values::handed_over, {{"cause", "handed_over"}}},
      {&Standing::Values::fenced, {{"cause", "fenced"}}},
      {&Standing::Values::overdue, {{"cause", "overdue"}}}}},
    {kCounter, "shadow_store_lost_commits_total",
     "How often the database had forgotten what it had committed.",
     &Standing::Values::lost_commits},
};

}  // namespace

void AddStanding(const Standing::Values& standing, Families& families) {
  families.Gauge("shadow_active", "1 while this shadowd is the active one, 0 while it stands by.")
      .Add(standing.active ? 1 : 0);
  families.Add(kStandingNumbers, standing);
}

void AddBuild(Families& families) {
  families.Gauge("shadow_build_info", "What is running.").Add(1, {{"version", SHADOW_VERSION}});
}

std::string PrintStandby(const Standing::Values& standing) {
  Families families;
  AddBuild(families);
  AddStanding(standing, families);
  AddProcess(families);
  return std::move(families).Print();
}

}  // namespace service
