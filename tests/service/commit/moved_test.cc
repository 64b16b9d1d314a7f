// What happens to a group if its store has been written by somebody else, or is another one's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "service/tenure.h"
#include "storage/key.h"
#include "storage/memory_store.h"
#include "storage/ownership.h"
#include "storage/record.h"
#include "tests/service/commit/endpoint.h"

namespace service {
namespace {

using shadow::Operation;
using storage::Write;
using testing::HasSubstr;

// A real store, where something happens before each commit, which may stand in its way.
class MeddledStore : public storage::MemoryStore {
 public:
  absl::Status Commit(absl::Span<const Write> writes, storage::Durability durability) override {
    if (meddle) {
      if (absl::Status status = meddle(writes); !status.ok()) return status;
    }
    return MemoryStore::Commit(writes, durability);
  }

  void Put(const shadow::ShadowId& id, int64_t version) {
    shadow::Arena arena;
    shadow::Document document{.version = version, .updated_at = 1000};
    ASSERT_TRUE(MemoryStore::Commit({{storage::RecordKey(id), storage::EncodeRecord(document)}},
                                    storage::Durability::kSync)
                    .ok());
  }

  std::function<absl::Status(absl::Span<const Write>)> meddle;
};

// What one group asks for. Views into `texts`.
struct Batch {
  std::vector<std::string> texts;
  std::vector<proto::LinkRequest> requests;
};

std::vector<Batch> RandomBatches(unsigned seed, int count) {
  static constexpr absl::string_view kThings[] = {"a", "b", "c"};
  std::mt19937 engine(seed);
  const auto below = [&](unsigned bound) { return static_cast<unsigned>(engine() % bound); };
  std::vector<Batch> batches(static_cast<size_t>(count));
  uint64_t sequence = 0;
  for (Batch& batch : batches) {
    const unsigned size = 1 + below(5);
    for (unsigned i = 0; i < size; ++i) {
      const std::string version =
          below(4) == 0 ? absl::StrCat(R"(,"version":)", 1 + below(6)) : std::string();
      batch.texts.push_back(absl::StrCat(R"({"state":{")", below(2) == 0 ? "desired" : "reported",
                                         R"(":{"k)", below(3), R"(":)", below(100), "}}", version,
                                         R"(,"clientToken":"t)", sequence, R"("})"));
    }
    for (const std::string& text : batch.texts) {
      const unsigned kind = below(10);
      const Operation operation = kind == 0   ? Operation::kDelete
                                  : kind == 1 ? Operation::kGet
                                              : Operation::kUpdate;
      batch.requests.push_back(
          {.sequence = ++sequence,
           .operation = operation,
           .id = {.thing = kThings[below(3)], .name = below(4) == 0 ? "n" : ""},
           .payload = operation == Operation::kUpdate ? absl::string_view(text) : ""});
    }
  }
  return batches;
}

using Told = std::vector<std::vector<std::vector<Published>>>;

Told TellUndisturbed(const std::vector<Batch>& batches) {
  storage::MemoryStore store;
  Endpoint endpoint(store);
  Told told;
  for (const Batch& batch : batches) told.push_back(endpoint.SendBatch(1, 1, batch.requests));
  return told;
}

bool HasRecord(absl::Span<const Write> writes) {
  return std::any_of(writes.begin(), writes.end(), [](const Write& write) {
    return absl::StartsWith(write.key, storage::kRecordPrefix);
  });
}

TEST(Moved, AnswersAreTheSameIfSomebodyElseWritesBeforeEveryCommit) {
  const std::vector<Batch> batches = RandomBatches(17, 300);
  MeddledStore store;
  int moved = 0;
  bool again = false;
  store.meddle = [&](absl::Span<const Write> writes) {
    if (!HasRecord(writes) || std::exchange(again, !again)) return absl::OkStatus();
    ++moved;
    return storage::Moved();
  };
  Endpoint endpoint(store);
  Told told;
  for (const Batch& batch : batches) told.push_back(endpoint.SendBatch(1, 1, batch.requests));
  EXPECT_EQ(told, TellUndisturbed(batches));
  EXPECT_GT(moved, 200);
}

// Whoever takes over has the requests again that were not answered, marked as such.
TEST(Moved, AnswersAreTheSameIfAnotherOneTakesOverAtEveryCommit) {
  std::vector<Batch> batches = RandomBatches(18, 300);
  const Told undisturbed = TellUndisturbed(batches);
  MeddledStore store;
  Told told;
  int takeovers = 0;
  for (Batch& batch : batches) {
    {
      Endpoint former(store);
      store.meddle = [&](absl::Span<const Write> writes) {
        if (!HasRecord(writes)) return absl::OkStatus();
        ++takeovers;
        return storage::Fenced();
      };
      former.SendBatch(1, 1, batch.requests);
      store.meddle = nullptr;
    }
    for (proto::LinkRequest& request : batch.requests) request.resent = true;
    Endpoint next(store);
    told.push_back(next.SendBatch(1, 1, batch.requests));
  }
  EXPECT_EQ(told, undisturbed);
  EXPECT_GT(takeovers, 200);
}

TEST(Moved, WhatSomebodyElseHasWrittenIsWhatCounts) {
  constexpr shadow::ShadowId kId = {.thing = "T", .name = ""};
  MeddledStore store;
  Endpoint endpoint(store);
  endpoint.Send(kId, Operation::kUpdate, R"({"state":{"desired":{"a":1}}})");
  store.meddle = [&](absl::Span<const Write>) {
    store.meddle = nullptr;
    store.Put(kId, 41);
    return absl::OkStatus();
  };
  const auto published = endpoint.Send(kId, Operation::kUpdate, R"({"state":{"desired":{"b":2}}})");
  EXPECT_EQ(published.front().first, "update/accepted");
  EXPECT_THAT(published.front().second, HasSubstr(R"("version":42)"));
  EXPECT_THAT(endpoint.Send(kId, Operation::kGet, "").front().second,
              HasSubstr(R"({"state":{"desired":{"b":2},"delta":)"));
}

TEST(Moved, ARecordThatHasVanishedIsNotWrittenOver) {
  constexpr shadow::ShadowId kId = {.thing = "T", .name = ""};
  MeddledStore store;
  Endpoint endpoint(store);
  endpoint.Send(kId, Operation::kUpdate, R"({"state":{"desired":{"a":1}}})");
  ASSERT_TRUE(
      store.Commit({{storage::RecordKey(kId), std::nullopt}}, storage::Durability::kSync).ok());
  const auto published = endpoint.Send(kId, Operation::kUpdate, R"({"state":{"desired":{"b":2}}})");
  EXPECT_THAT(published.front().second, HasSubstr(R"("version":1)"));
}

TEST(Moved, WhoeverIsNeverLetThroughIsRefusedAndNothingIsKept) {
  constexpr shadow::ShadowId kId = {.thing = "T", .name = ""};
  MeddledStore store;
  int tries = 0;
  store.meddle = [&](absl::Span<const Write>) {
    ++tries;
    return storage::Moved();
  };
  Endpoint endpoint(store);
  const auto refused = endpoint.Send(kId, Operation::kUpdate, R"({"state":{"desired":{"a":1}}})");
  EXPECT_THAT(refused.front().second, HasSubstr(R"("code":500)"));
  EXPECT_EQ(tries, 4);
  store.meddle = nullptr;
  const auto taken = endpoint.Send(kId, Operation::kUpdate, R"({"state":{"desired":{"a":1}}})");
  EXPECT_THAT(taken.front().second, HasSubstr(R"("version":1)"));
}

// An ownership that does as it is told.
class TestOwnership : public storage::Ownership {
 public:
  absl::StatusOr<std::unique_ptr<storage::Store>> Take() override { return nullptr; }
  bool Holds() const override { return holds; }
  absl::StatusOr<int> RenewIfDue() override { return renewal; }
  absl::Status GiveUp() override {
    given_up = true;
    return absl::OkStatus();
  }
  absl::StatusOr<Owner> Read() const override { return Owner(); }
  bool IsShared() const override { return shared; }

  bool holds = true;
  bool given_up = false;
  bool shared = true;
  absl::StatusOr<int> renewal = 700;
};

TEST(Tenure, GoesOnAsLongAsTheStoreHolds) {
  TestOwnership ownership;
  Tenure tenure(ownership, [] {});
  EXPECT_EQ(tenure.Renew(), 700);
  ownership.renewal = absl::UnavailableError("gone");
  EXPECT_GT(tenure.Renew(), 0);
  EXPECT_EQ(tenure.over(), std::nullopt);
  ownership.holds = false;
  EXPECT_EQ(tenure.Renew(), 0);
  EXPECT_EQ(tenure.over(), StepDown::kOverdue);
  ownership.renewal = 700;
  ownership.holds = true;
  tenure.Renew();
  EXPECT_EQ(tenure.over(), StepDown::kOverdue) << "what is over does not begin again";
  tenure.GiveUp(*tenure.over());
  EXPECT_TRUE(ownership.given_up);
}

TEST(Tenure, EndsWhenTheStoreIsAnotherOnes) {
  TestOwnership ownership;
  Tenure tenure(ownership, [] {});
  ownership.renewal = storage::Fenced();
  tenure.Renew();
  EXPECT_EQ(tenure.over(), StepDown::kFenced);
  tenure.GiveUp(*tenure.over());
  EXPECT_FALSE(ownership.given_up) << "it is not ours to give";
}

TEST(Tenure, IsHandedOverWhereThereCanBeAnotherOne) {
  TestOwnership ownership;
  int woken = 0;
  Tenure tenure(ownership, [&] { ++woken; });
  ownership.shared = false;
  EXPECT_TRUE(absl::IsUnimplemented(tenure.AskHandOver()));
  tenure.Renew();
  EXPECT_EQ(tenure.over(), std::nullopt);
  ownership.shared = true;
  EXPECT_TRUE(tenure.AskHandOver().ok());
  EXPECT_EQ(woken, 1);
  tenure.Renew();
  EXPECT_EQ(tenure.over(), StepDown::kHandedOver);
}

}  // namespace
}  // namespace service
