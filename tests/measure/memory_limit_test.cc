#include "measure/memory_limit.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"

namespace measure {
namespace {

constexpr uint64_t kMegabyte = 1 << 20;  // few enough for every machine to have more

class Limit : public testing::Test {
 protected:
  Limit() { Write("/proc/self/cgroup", ""); }
  ~Limit() override { std::filesystem::remove_all(root_); }

  void Write(const std::string& path, const std::string& content) {
    const std::filesystem::path file = root_ + path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << content;
  }

  // What /proc says of a mount, as far as it matters.
  void Mount(const std::string& cgroup, const std::string& point, const std::string& type,
             const std::string& options = "rw") {
    mounts_ += absl::StrCat("31 23 0:28 ", cgroup, " ", point, " rw,nosuid shared:4 - ", type, " ",
                            type, " ", options, "\n");
    Write("/proc/self/mountinfo", mounts_);
  }

  std::string Cgroup(const std::string& folder) {
    return absl::StrCat("the cgroup ", root_, folder);
  }

  const std::string root_ = absl::StrCat(testing::TempDir(), "/memory_limit_", getpid());
  std::string mounts_;
};

TEST_F(Limit, IsTheMachinesIfNothingElseBounds) {
  const MemoryLimit limit = FindMemoryLimit(root_);
  EXPECT_EQ(limit.owner, "the machine");
  EXPECT_GT(limit.bytes, 16 * kMegabyte);
}

TEST_F(Limit, IsThatOfTheOwnCgroup) {
  Write("/proc/self/cgroup", "0::/system.slice/shadowd.service\n");
  Mount("/", "/sys/fs/cgroup", "cgroup2");
  Write("/sys/fs/cgroup/system.slice/shadowd.service/memory.max", "2097152\n");
  Write("/sys/fs/cgroup/system.slice/other.service/memory.max", "1048576\n");
  const MemoryLimit limit = FindMemoryLimit(root_);
  EXPECT_EQ(limit.bytes, 2 * kMegabyte);
  EXPECT_EQ(limit.owner, Cgroup("/sys/fs/cgroup/system.slice/shadowd.service"));
}

TEST_F(Limit, IsTheNarrowestOfTheCgroupsAbove) {
  Write("/proc/self/cgroup", "0::/a/b/c\n");
  Mount("/", "/sys/fs/cgroup", "cgroup2");
  Write("/sys/fs/cgroup/a/b/c/memory.max", "max\n");
  Write("/sys/fs/cgroup/a/b/memory.max", "3145728\n");
  Write("/sys/fs/cgroup/a/memory.high", "2097152\n");
  Write("/sys/fs/cgroup/memory.max", "4194304\n");
  const MemoryLimit limit = FindMemoryLimit(root_);
  EXPECT_EQ(limit.bytes, 2 * kMegabyte);
  EXPECT_EQ(limit.owner, Cgroup("/sys/fs/cgroup/a"));
}

TEST_F(Limit, IsFoundInCgroupsOfVersion1) {
  Write("/proc/self/cgroup", "8:pids:/\n4:memory,other:/a/b:c\n0::/\n");
  Mount("/", "/sys/fs/cgroup/pids", "cgroup", "rw,pids");
  Mount("/", "/sys/fs/cgroup/memory", "cgroup", "rw,memory");
  Mount("/", "/sys/fs/cgroup/unified", "cgroup2");
  Write("/sys/fs/cgroup/pids/memory.limit_in_bytes", "1\n");
  Write("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  Write("/sys/fs/cgroup/memory/a/b:c/memory.limit_in_bytes", "2097152\n");
  const MemoryLimit limit = FindMemoryLimit(root_);
  EXPECT_EQ(limit.bytes, 2 * kMegabyte);
  EXPECT_EQ(limit.owner, Cgroup("/sys/fs/cgroup/memory/a/b:c"));
}

TEST_F(Limit, IsFoundInAContainerThatSeesItsOwnCgroupAsTheRoot) {
  Write("/proc/self/cgroup", "4:memory:/docker/1f2e/inner\n");
  Mount("/docker/1f2e", "/sys/fs/cgroup/memory", "cgroup", "rw,memory");
  Write("/sys/fs/cgroup/memory/memory.limit_in_bytes", "3145728\n");
  Write("/sys/fs/cgroup/memory/inner/memory.limit_in_bytes", "2097152\n");
  EXPECT_EQ(FindMemoryLimit(root_).bytes, 2 * kMegabyte);
  Write("/proc/self/cgroup", "4:memory:/\n");
  EXPECT_EQ(FindMemoryLimit(root_).bytes, 3 * kMegabyte);
}

TEST_F(Limit, IsNotWhatCannotBeUnderstood) {
  Write("/proc/self/cgroup", "\n::\n0::/a\n");
  Mount("/", "/sys/fs/cgroup", "cgroup2");
  Write("/proc/self/mountinfo", mounts_ + "\n - \n31 23 - cgroup2\n");
  Write("/sys/fs/cgroup/a/memory.max", "a lot\n");
  EXPECT_EQ(FindMemoryLimit(root_).owner, "the machine");
}

}  // namespace
}  // namespace measure
