// The power is cut at every operation of the disk while a store of format 1 is brought to format 2:
// what is found then is a store of one of the two, with all that was in it, and is brought on by
// the next opening.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/env.h>

#include <mutex>
#include <set>
#include <vector>

#include "tests/durability/power_cut_file_system.h"
#include "tests/storage/old_store.h"
#include "tests/storage/scratch_folder.h"

namespace durability {
namespace {

using storage::Entries;

class UpgradeCut : public testing::Test {
 protected:
  // The folder before each operation of an opening.
  std::vector<Image> Cuts(const storage::RocksDbOptions& options) {
    std::mutex mutex;
    std::vector<Image> cuts;
    files_->BeforeEach([&](Image image) {
      const std::lock_guard lock(mutex);
      cuts.push_back(std::move(image));
    });
    { EXPECT_NE(storage::OpenStore(options), nullptr); }
    files_->BeforeEach(nullptr);
    return cuts;
  }

  // The number of what a cut left, and whether it has the family, having seen that the rest is
  // whole.
  using Seen = std::pair<std::string, bool>;
  Seen Found(const std::string& path) const {
    const auto store = storage::OpenRocksDbForReading({.path = path});
    EXPECT_TRUE(store.ok()) << store.status();
    if (!store.ok()) return {};
    EXPECT_EQ(storage::AllEntries(**store, "s").value(), entries_);
    const auto format = storage::Get(**store, std::string(storage::kFormatKey));
    return {format.value_or("none"), !storage::FamiliesIn(path).empty()};
  }

  const storage::ScratchFolder folder_;
  const std::shared_ptr<PowerCutFileSystem> files_ = std::make_shared<PowerCutFileSystem>();
  const std::unique_ptr<rocksdb::Env> env_ = rocksdb::NewCompositeEnv(files_);
  const Entries entries_ = {{"sa", "1"}, {"sb", std::string(10'000, 'x')}};
};

TEST_F(UpgradeCut, LeavesTheOldStoreOrTheNewOne) {
  const storage::RocksDbOptions options = {.path = folder_.In("store"), .env = env_.get()};
  storage::MakeStoreOfOneFamily(options, "1", entries_);
  const std::vector<Image> cuts = Cuts(options);
  std::set<Seen> seen;
  for (size_t i = 0; i < cuts.size(); ++i) {
    SCOPED_TRACE(testing::Message() << "cut " << i);
    const std::string after = folder_.In("after");
    cuts[i].WriteTo(after, static_cast<Tear>(i % 3));
    seen.insert(Found(after));
    { EXPECT_NE(storage::OpenStore(after), nullptr); }
    EXPECT_EQ(Found(after), Seen("2", true));
    std::filesystem::remove_all(after);
  }
  EXPECT_THAT(seen, testing::ElementsAre(Seen("1", false), Seen("1", true), Seen("2", true)));
}

}  // namespace
}  // namespace durability
