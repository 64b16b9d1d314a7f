#include <gtest/gtest.h>

#include <bit>
#include <cstddef>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
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

}  // namespace
}  // namespace service
