// The power is cut at every operation of the disk, in the middle of commits, flushes and
// compactions: what was accepted before the cut is there after it, and nothing else but perhaps the
// group that was being committed. Whatever is sent again then is answered as it was.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/env.h>

#include <atomic>
#include <mutex>
#include <random>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/durability/power_cut_file_system.h"
#include "tests/service/commit/endpoint.h"
#include "tests/storage/open_store.h"
#include "tests/storage/scratch_folder.h"

namespace durability {
namespace {

using service::Published;
using shadow::Operation;
using storage::Durability;
using storage::Entries;

constexpr uint64_t kEpoch = 7;
constexpr uint64_t kGroups = 40;
constexpr uint64_t kRequestsInGroup = 4;

// A store whose commits return before the fsync, whatever was asked for.
class WithoutFsync : public storage::Store {
 public:
  explicit WithoutFsync(storage::Store& store) : store_(store) {}
  absl::Status Read(absl::Span<const std::string> keys,
                    std::vector<std::optional<std::string>>& values) const override {
    return store_.Read(keys, values);
  }
  absl::Status Scan(
      absl::string_view prefix, absl::string_view after,
      const std::function<bool(absl::string_view, absl::string_view)>& visit) const override {
    return store_.Scan(prefix, after, visit);
  }
  absl::Status Commit(absl::Span<const storage::Write> writes, Durability) override {
    return store_.Commit(writes, Durability::kRelaxed);
  }
  absl::Status Sync() override { return store_.Sync(); }
  absl::Status Replace(absl::Span<const std::string> prefixes,
                       absl::Span<const storage::Write> writes, Durability) override {
    return store_.Replace(prefixes, writes, Durability::kRelaxed);
  }
  storage::HistoryFloors Floors() const override { return store_.Floors(); }
  absl::Status RaiseFloors(const storage::HistoryFloors& floors) override {
    return store_.RaiseFloors(floors);
  }
  absl::Status CompactHistory(std::atomic<bool>& stop) override {
    return store_.CompactHistory(stop);
  }
  absl::Status BackUp(const std::string& path) const override { return store_.BackUp(path); }
  storage::Statistics ReadStatistics() const override { return store_.ReadStatistics(); }
  absl::Status Health() const override { return store_.Health(); }
  absl::Status Recover() override { return store_.Recover(); }

 private:
  storage::Store& store_;
};

struct Request {
  std::string thing;
  Operation operation;
  std::string payload;
};

// Group `group` of the load, always the same: conditional and unconditional updates with values
// that do not compress, and deletes, on a few shadows.
std::vector<Request> GroupOfLoad(uint64_t group) {
  std::mt19937_64 random(group);
  std::vector<Request> requests;
  for (uint64_t i = 0; i < kRequestsInGroup; ++i) {
    std::string noise;
    for (int word = 0; word < 40; ++word) absl::StrAppend(&noise, absl::Hex(random()));
    const bool removal = random() % 8 == 0;
    const std::string condition =
        random() % 4 == 0 ? absl::StrCat(R"(,"version":)", group / 2) : std::string();
    requests.push_back({.thing = absl::StrCat("thing-", random() % 5),
                        .operation = removal ? Operation::kDelete : Operation::kUpdate,
                        .payload = absl::StrCat(R"({"state":{"reported":{"n":)", group,
                                                R"(,"noise":")", noise, R"("}})", condition, "}")});
  }
  return requests;
}

std::vector<std::vector<Published>> Send(service::Endpoint& endpoint, uint64_t group, bool resent) {
  const std::vector<Request> load = GroupOfLoad(group);
  std::vector<proto::LinkRequest> requests;
  uint64_t sequence = group * kRequestsInGroup + 1;
  for (const Request& one : load) {
    requests.push_back({.sequence = sequence++,
                        .operation = one.operation,
                        .resent = resent,
                        .id = {.thing = one.thing, .name = ""},
                        .payload = one.payload});
  }
  // The group before is not known to be answered: its journal entry has to stay.
  const uint64_t unanswered = group == 0 ? 0 : group - 1;
  return endpoint.SendBatch(kEpoch, unanswered * kRequestsInGroup + 1, requests);
}

struct Cut {
  Image image;
  uint64_t accepted;  // groups, before it
  bool inside;        // another group was being committed
};

class PowerCut : public testing::Test {
 protected:
  // Runs the load and cuts the power at every operation. Tells of the cuts that did not leave
  // exactly what had been accepted.
  std::vector<std::string> WrongCuts(bool fsync) {
    const auto real = Open();
    WithoutFsync relaxed(*real);
    Run(fsync ? *real : relaxed);
    files_->BeforeEach(nullptr);
    std::vector<std::string> wrong;
    for (size_t i = 0; i < cuts_.size(); ++i) {
      const auto tear = static_cast<Tear>(i % 3);
      const std::string after = folder_.In("after");
      cuts_[i].image.WriteTo(after, tear);
      if (const std::string fault = Fault(after, cuts_[i]); !fault.empty()) {
        wrong.push_back(absl::StrCat("cut ", i, " after ", cuts_[i].accepted, " groups: ", fault));
      }
      std::filesystem::remove_all(after);
    }
    return wrong;
  }

  std::unique_ptr<storage::Store> Open() {
    return storage::OpenStore({.path = folder_.In("store"),
                               .write_buffer_bytes = 24 << 10,  // several flushes
                               .wal_bytes_max = 64 << 10,
                               .env = env_.get()});
  }

  void Run(storage::Store& store) {
    service::Endpoint endpoint(store);
    states_.push_back(storage::AllEntries(store, "").value());
    files_->BeforeEach([&](Image image) { Note(std::move(image)); });
    for (uint64_t group = 0; group < kGroups; ++group) {
      inside_ = true;
      answers_.push_back(Send(endpoint, group, false));
      inside_ = false;
      ++accepted_;
      states_.push_back(storage::AllEntries(store, "").value());
      Note(files_->Now());
    }
  }

  // From any thread: flushes go on by themselves.
  void Note(Image image) {
    const std::lock_guard lock(cuts_mutex_);
    cuts_.push_back({std::move(image), accepted_, inside_});
  }

  // What is wrong with the store that a cut left; empty: nothing.
  std::string Fault(const std::string& path, const Cut& cut) {
    const auto store = storage::OpenRocksDb({.path = path});
    if (!store.ok()) return store.status().ToString();
    const auto entries = storage::AllEntries(**store, "");
    if (!entries.ok()) return entries.status().ToString();
    const bool with_next = cut.inside && *entries == states_[cut.accepted + 1];
    if (*entries != states_[cut.accepted] && !with_next) return "it does not hold what it should";
    service::Endpoint again(**store);
    again.now = 3000;  // what was applied is answered with the time of then
    if (cut.accepted > 0 && !SameAnswers(again, cut.accepted - 1)) return "other answers";
    return with_next && !SameAnswers(again, cut.accepted) ? "other answers to the last group" : "";
  }

  // An acceptance is given again to the byte. A refusal stays one, but its cause may have gone.
  bool SameAnswers(service::Endpoint& endpoint, uint64_t group) {
    const auto again = Send(endpoint, group, true);
    for (size_t i = 0; i < again.size(); ++i) {
      const std::vector<Published>& first = answers_[group][i];
      const bool accepted = absl::EndsWith(first[0].first, "/accepted");
      if (accepted ? again[i] != first : again[i][0].first != first[0].first) return false;
    }
    return true;
  }

  storage::ScratchFolder folder_;
  const std::shared_ptr<PowerCutFileSystem> files_ = std::make_shared<PowerCutFileSystem>();
  const std::unique_ptr<rocksdb::Env> env_ = rocksdb::NewCompositeEnv(files_);
  std::atomic<uint64_t> accepted_ = 0;
  std::atomic<bool> inside_ = false;
  std::mutex cuts_mutex_;
  std::vector<Cut> cuts_;        // read when the run is over
  std::vector<Entries> states_;  // after so many groups
  std::vector<std::vector<std::vector<Published>>> answers_;
};

TEST_F(PowerCut, LeavesExactlyWhatWasAccepted) {
  EXPECT_THAT(WrongCuts(true), testing::IsEmpty());
  EXPECT_GT(cuts_.size(), 3 * kGroups) << "each commit appends, syncs and returns";
  EXPECT_FALSE(storage::FilesLike(folder_.In("store"), "", ".sst").empty()) << "it flushed, too";
}

TEST_F(PowerCut, LeavesRelaxedCommitsOnceTheyAreSynced) {
  const auto store = Open();
  WithoutFsync relaxed(*store);
  Run(relaxed);
  ASSERT_TRUE(store->Sync().ok());
  files_->BeforeEach(nullptr);
  const Cut cut = {files_->Now(), kGroups, false};
  cut.image.WriteTo(folder_.In("after"), Tear::kNothingKept);
  EXPECT_EQ(Fault(folder_.In("after"), cut), "");
}

// A test of the test: it must notice that the fsync is gone.
TEST_F(PowerCut, LosesAcceptedUpdatesWithoutFsync) {
  EXPECT_THAT(WrongCuts(false), testing::Not(testing::IsEmpty()));
}

}  // namespace
}  // namespace durability
