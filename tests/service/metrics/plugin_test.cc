#include <gtest/gtest.h>

#include <bit>
#include <cstddef>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "faults/plan.h"
#include "service/metrics/families.h"

namespace service {
namespace {

TEST(PluginMetrics, ShowEachNumberThatThePluginTells) {
  constexpr size_t kSingle = offsetof(proto::PluginStatus, answer_times) / sizeof(uint64_t);
  constexpr uint64_t kFirst = 100'000;
  proto::PluginStatusNumbers numbers;
  std::iota(numbers.begin(), numbers.end(), kFirst);
  Families families;
  AddPlugin(std::bit_cast<proto::PluginStatus>(numbers), families);
  const std::string page = std::move(families).Print();
  for (uint64_t number = kFirst; number < kFirst + kSingle; ++number) {
    const std::vector<absl::string_view> parts =
        absl::StrSplit(page, absl::StrCat(" ", number, "\n"));
    EXPECT_EQ(parts.size(), 2u) << "number " << number - kFirst + 1 << " of the status";
  }
}

TEST(FaultMetrics, AddWhatWasDoneOverHttpsToWhatThePluginDid) {
  proto::PluginStatus plugin{.fault_plans = 3};
  std::iota(plugin.faults_fired.begin(), plugin.faults_fired.end(), 1000);
  Families families;
  AddFaults(plugin, {.https_rejects = 50, .https_delays = 70}, families);
  const std::string page = std::move(families).Print();
  EXPECT_NE(page.find("shadow_faults_active 3\n"), page.npos) << page;
  for (const faults::Ability& ability : faults::Abilities()) {
    const int more = ability.act == faults::Do::kReject  ? 50
                     : ability.act == faults::Do::kDelay ? 70
                                                         : 0;
    const std::string line = absl::StrCat("shadow_faults_fired_total{do=\"", ability.name, "\"} ",
                                          1000 + static_cast<int>(ability.act) + more, "\n");
    EXPECT_NE(page.find(line), page.npos) << line << page;
  }
}

}  // namespace
}  // namespace service
