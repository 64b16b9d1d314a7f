#include "service/memory_fit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace service {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr uint64_t kMegabyte = 1 << 20;

class MemoryFit : public testing::Test {
 protected:
  MemoryFit() {
    config_.store.block_cache_bytes = 4 * kMegabyte;
    config_.store.write_buffer_bytes = 2 * kMegabyte;
    config_.store.history_buffer_bytes = 1 * kMegabyte;
    config_.hot_bytes_max = 3 * kMegabyte;
  }

  // What is logged.
  std::string Fit(uint64_t bytes, bool fits) {
    Log log(LogLevel::kInfo, LogFormat::kText);
    testing::internal::CaptureStderr();
    EXPECT_EQ(FitMemory(config_, {bytes, "the cgroup /x"}, log), fits);
    return testing::internal::GetCapturedStderr();
  }

  Config config_;
};

TEST_F(MemoryFit, CountsMemtablesTwice) {
  const uint64_t before = MemoryAtMost(config_);
  config_.store.write_buffer_bytes += kMegabyte;
  config_.store.history_buffer_bytes += kMegabyte;
  EXPECT_EQ(MemoryAtMost(config_), before + 4 * kMegabyte);
  config_.hot_bytes_max += kMegabyte;
  config_.store.block_cache_bytes += kMegabyte;
  EXPECT_EQ(MemoryAtMost(config_), before + 6 * kMegabyte);
}

TEST_F(MemoryFit, CountsConnectionsAndBodiesIfThereAreAny) {
  const uint64_t without = MemoryAtMost(config_);
  config_.http.connections_max = 16;
  EXPECT_EQ(MemoryAtMost(config_), without);
  config_.http.tls_port = 443;
  EXPECT_EQ(MemoryAtMost(config_), without + 16 * (80 << 10) + 16 * (128 << 10));
  config_.http.connections_max = 4000;
  EXPECT_EQ(MemoryAtMost(config_), without + 4000 * (80 << 10) + 64 * kMegabyte);
}

TEST_F(MemoryFit, IsSilentWhereAllFits) {
  EXPECT_THAT(Fit(MemoryAtMost(config_), true), IsEmpty());
}

TEST_F(MemoryFit, IsToldWhereNotAllFits) {
  EXPECT_THAT(Fit(MemoryAtMost(config_) - 1, true),
              AllOf(HasSubstr("warning memory_short at_most=38797312 limit=38797311 "
                              "of=\"the cgroup /x\""),
                    HasSubstr("A small machine")));
}

TEST_F(MemoryFit, ASettingThatTakesAllThereIsIsRefusedByName) {
  config_.store.block_cache_bytes = 128 * kMegabyte;
  EXPECT_THAT(Fit(128 * kMegabyte, false),
              AllOf(HasSubstr("error memory_refused"),
                    HasSubstr("--store_block_cache_bytes: '134217728' is as much as all the memory "
                              "there is, 134217728 bytes by the cgroup /x, or more; 8388608 would "
                              "fit")));
}

TEST_F(MemoryFit, EachSettingOfTheStoreIsLookedAt) {
  const std::pair<size_t*, const char*> settings[] = {
      {&config_.store.block_cache_bytes, "--store_block_cache_bytes: "},
      {&config_.store.write_buffer_bytes, "--store_write_buffer_bytes: "},
      {&config_.store.history_buffer_bytes, "--store_history_buffer_bytes: "},
      {&config_.hot_bytes_max, "--store_hot_bytes: "}};
  for (const auto& [bytes, name] : settings) {
    const size_t before = std::exchange(*bytes, 1000 * kMegabyte);
    EXPECT_THAT(Fit(1000 * kMegabyte, false), HasSubstr(name));
    *bytes = before;
  }
}

}  // namespace
}  // namespace service
