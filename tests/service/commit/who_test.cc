// Who made a request, as shadowd's worker knows it: what a trace of it tells.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "proto/arrivals.h"
#include "storage/memory_store.h"
#include "tests/service/commit/endpoint.h"

namespace service {
namespace {

using shadow::Operation;
using testing::HasSubstr;

constexpr uint64_t kThisLife = 42;

std::string Requests(const std::vector<proto::LinkRequest>& requests, uint64_t epoch = kThisLife) {
  proto::RequestBatchWriter writer(epoch, 1);
  for (const proto::LinkRequest& request : requests) writer.Add(request);
  return std::move(writer).Finish();
}

proto::LinkRequest Get(uint64_t sequence, uint64_t connection) {
  return {.sequence = sequence,
          .operation = Operation::kGet,
          .id = {"T", ""},
          .connection = connection};
}

std::string Arrivals(const std::vector<proto::Arrival>& arrivals, uint64_t epoch = kThisLife) {
  proto::ArrivalBatchWriter writer(epoch, 1, /*first=*/false);
  for (const proto::Arrival& arrival : arrivals) writer.Add(arrival);
  return std::move(writer).Finish(/*last=*/false);
}

proto::Arrival Client(uint64_t number, absl::string_view client_id) {
  return {.connection = number,
          .since = 1000,
          .client_id = client_id,
          .principal = "cd68",
          .address = "10.0.0.7"};
}

proto::Arrival Ended(uint64_t number, absl::string_view client_id) {
  proto::Arrival ended = Client(number, client_id);
  ended.end = proto::ArrivalEnd{.reason = "CONNECTION_LOST", .time = 1001};
  return ended;
}

std::string WhoIs(absl::string_view way, absl::string_view client_id, absl::string_view principal,
                  absl::string_view address) {
  return absl::StrCat(R"(,"way":")", way, R"(","client_id":")", client_id, R"(","principal":")",
                      principal, R"(","address":")", address, R"("})");
}

class WhoTest : public testing::Test {
 protected:
  std::string NextLine() { return follower_->Next(absl::ZeroDuration()).value_or("none"); }

  storage::MemoryStore store_;
  Endpoint endpoint_{store_};
  std::unique_ptr<Trace::Follower> follower_ = endpoint_.trace.Follow("T");
};

TEST_F(WhoTest, ARequestOfTheLinkIsOfWhoHasItsConnection) {
  endpoint_.Process({Arrivals({Client(3, "lamp \"7\""), Client(4, "heater")}),
                     Requests({Get(1, 3), Get(2, 4), Get(3, 0), Get(4, 99)})});
  EXPECT_THAT(NextLine(), HasSubstr(WhoIs("mqtt", R"(lamp \"7\")", "cd68", "10.0.0.7")));
  EXPECT_THAT(NextLine(), HasSubstr(WhoIs("mqtt", "heater", "cd68", "10.0.0.7")));
  EXPECT_THAT(NextLine(), HasSubstr(WhoIs("", "", "", "")));
  EXPECT_THAT(NextLine(), HasSubstr(WhoIs("", "", "", "")));
}

TEST_F(WhoTest, WhoHasGoneSinceIsStillWhoAsked) {
  endpoint_.Process({Arrivals({Client(3, "lamp")})});
  // The plugin has given it up, so nothing of this connection is under way for it.
  endpoint_.Process(
      {Requests({Get(1, 3)}), Arrivals({Ended(3, "lamp")}), Arrivals({Client(4, "lamp")})});
  EXPECT_THAT(NextLine(), HasSubstr(WhoIs("mqtt", "lamp", "cd68", "10.0.0.7")));
  endpoint_.Process({Requests({Get(2, 3)})});
  EXPECT_THAT(NextLine(), HasSubstr(WhoIs("", "", "", "")));
}

TEST_F(WhoTest, ALocalRequestIsOfWhoIsNamedInIt) {
  LocalRequest request{.operation = Operation::kUpdate,
                       .thing = "T",
                       .name = "",
                       .payload = R"({"state":{}})",
                       .principal = "AKIA",
                       .address = "::1"};
  endpoint_.Process({}, absl::MakeSpan(&request, 1));
  EXPECT_THAT(NextLine(), HasSubstr(WhoIs("https", "", "AKIA", "::1")));
}

TEST_F(WhoTest, ArrivalsThatDoNotDecodeHaveNoEffect) {
  endpoint_.Process(
      {Arrivals({Client(3, "lamp")}), Arrivals({Client(3, "other")}) + "x", Requests({Get(1, 3)})});
  EXPECT_THAT(NextLine(), HasSubstr(WhoIs("mqtt", "lamp", "cd68", "10.0.0.7")));
  EXPECT_EQ(endpoint_.counters.Read().envelopes_refused, 1u);
}

}  // namespace
}  // namespace service
