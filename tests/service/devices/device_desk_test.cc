// The desk in its place: the real worker, a real room (commands), a store of the test's choice, and
// the link's envelopes.
#include "service/devices/device_desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "proto/command.h"
#include "proto/envelope.h"
#include "rest/message.h"
#include "service/commit/worker.h"
#include "storage/memory_store.h"
#include "storage/post.h"

namespace service {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

constexpr uint64_t kDeskEpoch = 42;
constexpr absl::string_view kRegion = "us-east-1";
constexpr absl::string_view kAccount = "000000000000";

class BreakableStore : public storage::MemoryStore {
 public:
  absl::Status Commit(absl::Span<const storage::Write> writes,
                      storage::Durability durability) override {
    return broken ? absl::InternalError("disk full") : MemoryStore::Commit(writes, durability);
  }
  absl::Status Recover() override {
    return broken ? absl::InternalError("disk full") : absl::OkStatus();
  }

  bool broken = false;
};

class DeviceDeskTest : public testing::Test {
 protected:
  DeviceDeskTest() { Open(); }

  // As after a restart.
  void Open() {
    worker_.reset();
    control::Surroundings here{
        .region = std::string(kRegion), .account_id = std::string(kAccount), .endpoint = ""};
    here.new_uuid = [this] { return absl::StrCat("execution-", ++executions_); };
    auto desk = DeviceDesk::Load(
        {.here = here, .now = [this] { return now_; }, .wake = [this] { ++woken_; }}, store_,
        registry_, commands_, counters_, log_);
    ASSERT_TRUE(desk.ok()) << desk.status();
    desk_ = *std::move(desk);
    desk_->LinkIs(true);
    auto journal = Journal::Load(store_);
    ASSERT_TRUE(journal.ok()) << journal.status();
    worker_.emplace(Worker::Settings{.now = [this] { return now_; }}, store_, *std::move(journal),
                    std::nullopt, counters_, trace_, log_, nullptr, desk_.get());
  }

  // What is answered to requests of the link: "accepted payload" and so on, for each.
  std::vector<std::string> Ask(const std::vector<proto::LinkRequest>& requests,
                               uint64_t answered_below = 1) {
    proto::RequestBatchWriter writer(kDeskEpoch, answered_below);
    for (const proto::LinkRequest& request : requests) writer.Add(request);
    std::vector<std::string> told;
    for (const proto::Dispatch& one : worker_->Process({{0, std::move(writer).Finish()}})) {
      const auto batch = proto::DecodeAnswerBatch(one.answers);
      EXPECT_TRUE(batch.ok()) << batch.status();
      for (const proto::LinkAnswer& answer : batch->answers) {
        EXPECT_EQ(answer.messages.size(), 1u);
        const proto::LinkMessage& message = answer.messages.at(0);
        told.push_back(absl::StrCat(
            answer.sequence,
            message.topic == proto::AnswerTopic::kAccepted ? " accepted " : " rejected ",
            message.payload));
      }
    }
    return told;
  }

  static proto::LinkRequest Response(uint64_t sequence, const std::string& topic,
                                     absl::string_view payload, bool resent = false) {
    return {.sequence = sequence, .resent = resent, .id = {}, .topic = topic, .payload = payload};
  }

  // An operation of the room. Its answer stays "nothing" until it is committed.
  void Call(absl::string_view method, const std::string& path, const std::string& body) {
    auto exchange = std::make_shared<Exchange>();
    exchange->method = std::string(method);
    exchange->path = path;
    exchange->body = body;
    exchange->target = *rest::ParseTarget(exchange->path);
    exchange->request = {.method = exchange->method,
                         .target = exchange->path,
                         .headers = {},
                         .body = exchange->body};
    told_ = "nothing";
    desk_->Call(
        [exchange](desk::Desk& desk) -> desk::Outcome {
          for (const Room& room : Rooms()) {
            for (const auto& list : {room.data_operations(), room.operations()}) {
              for (const desk::Operation& operation : list) {
                if (!operation.IsAt(exchange->method, exchange->target)) continue;
                const auto call = control::ReadCall(operation, exchange->request, exchange->target);
                return operation.perform(std::get<control::Call>(call), desk);
              }
            }
          }
          return control::NotFound("no operation");
        },
        [this](const desk::Outcome& outcome) {
          const auto* const reply = std::get_if<desk::Reply>(&outcome);
          told_ = reply != nullptr ? reply->body
                                   : absl::StrCat(std::get<control::Refusal>(outcome).status, " ",
                                                  std::get<control::Refusal>(outcome).exception);
        });
  }

  // A command and an execution of it that runs until now_ + 10.
  void Start() {
    Call("PUT", "/commands/open",
         absl::StrCat(R"({"payload":{"content":")", absl::Base64Escape("{}"),
                      R"(","contentType":"application/json"}})"));
    worker_->Process({});
    EXPECT_THAT(told_, HasSubstr("commandArn"));
    Call("POST", "/command-executions",
         absl::StrCat(R"({"targetArn":"arn:aws:iot:)", kRegion, ":", kAccount,
                      R"(:client/c","commandArn":"arn:aws:iot:)", kRegion, ":", kAccount,
                      R"(:command/open"})"));
  }

  // Topics of what goes to the plugin now.
  std::vector<std::string> Sent() {
    std::vector<std::string> sent;
    for (const Order& order : commands_.Take(true)) {
      const auto command = proto::DecodeCommand(order.envelope);
      EXPECT_TRUE(command.ok()) << command.status();
      sent.emplace_back(std::get<proto::PublishCommand>(command->what).topic);
      last_id_ = command->id;
    }
    return sent;
  }

  struct Exchange {
    std::string method;
    std::string path;
    std::string body;
    rest::Target target;
    rest::Request request;
  };

  int64_t now_ = 1000;
  int executions_ = 0;
  int woken_ = 0;
  uint64_t last_id_ = 0;
  std::string told_;
  const std::string response_ = "$aws/commands/clients/c/executions/execution-1/response/json";
  Log log_{LogLevel::kError, LogFormat::kText};
  Counters counters_;
  Trace trace_;
  Commands commands_{[] {}};
  RegistryInForce registry_{""};
  BreakableStore store_;
  std::unique_ptr<DeviceDesk> desk_;
  std::optional<Worker> worker_;
};

constexpr absl::string_view kDone = R"({"status":"SUCCEEDED"})";

TEST_F(DeviceDeskTest, TellsNothingOfACallBeforeItIsCommitted) {
  Start();
  EXPECT_EQ(told_, "nothing");
  EXPECT_THAT(Sent(), IsEmpty());
  EXPECT_GT(woken_, 0);
  worker_->Process({});
  EXPECT_EQ(told_, R"({"executionId":"execution-1"})");
  EXPECT_THAT(Sent(), ElementsAre("$aws/commands/clients/c/executions/execution-1/request/json",
                                  "$aws/events/commandExecution/open/CREATED"));
}

TEST_F(DeviceDeskTest, AnswersWhatADeviceSaysAndKeepsIt) {
  Start();
  worker_->Process({});
  EXPECT_THAT(Ask({Response(1, response_, kDone), Response(2, response_, kDone)}),
              ElementsAre(R"(1 accepted {"executionId":"execution-1"})",
                          StartsWith(R"(2 rejected {"error":"InvalidStateTransition")")));
  EXPECT_THAT(Ask({Response(3, "$aws/commands/clients/c/executions/none/response/json", kDone)}),
              ElementsAre(StartsWith(R"(3 rejected {"error":"ResourceNotFound")")));
  const auto kind = static_cast<size_t>(DeviceKind::kCommands);
  EXPECT_EQ(counters_.Read().device_accepted[kind], 1u);
  EXPECT_EQ(counters_.Read().device_rejected[kind], 2u);
  EXPECT_GT(counters_.posts_waiting(), 0u);
}

// The same answer, though the execution is at its end by now; and it counts once.
TEST_F(DeviceDeskTest, AnswersWhatComesAgainAfterACrashAsItWasAnswered) {
  Start();
  worker_->Process({});
  Ask({Response(1, response_, kDone)});
  Sent();
  Open();
  EXPECT_THAT(Ask({Response(1, response_, kDone, /*resent=*/true)}),
              ElementsAre(R"(1 accepted {"executionId":"execution-1"})"));
}

// It was refused then, another was applied after it, and it must not be applied now.
TEST_F(DeviceDeskTest, AppliesNothingThatWasOvertaken) {
  Start();
  worker_->Process({});
  Ask({Response(1, response_, "no JSON"), Response(2, response_, R"({"status":"IN_PROGRESS"})")});
  Open();
  EXPECT_THAT(Ask({Response(1, response_, kDone, /*resent=*/true)}),
              ElementsAre(StartsWith(R"(1 rejected {"error":"InternalError")")));
  EXPECT_THAT(Ask({Response(3, response_, kDone)}), ElementsAre(StartsWith("3 accepted")));
}

TEST_F(DeviceDeskTest, DoesWhatIsDueWhenItIsAcrossARestartToo) {
  Start();
  worker_->Process({});
  Sent();
  EXPECT_GT(desk_->WaitMs(), 9000);
  EXPECT_LE(desk_->WaitMs(), 10000);
  Open();
  Sent();
  EXPECT_FALSE(desk_->HasWork());
  now_ += 10;
  EXPECT_EQ(desk_->WaitMs(), 0);
  EXPECT_TRUE(desk_->HasWork());
  worker_->Process({});
  EXPECT_THAT(Sent(), ElementsAre("$aws/events/commandExecution/open/TIMED_OUT"));
  EXPECT_FALSE(desk_->HasWork());
}

TEST_F(DeviceDeskTest, RefusesWhatCannotBeCommittedAndTellsNobody) {
  Start();
  store_.broken = true;
  worker_->Process({});
  EXPECT_EQ(told_, "500 InternalFailureException");
  EXPECT_THAT(Sent(), IsEmpty());
  EXPECT_THAT(Ask({Response(1, response_, kDone)}),
              ElementsAre(StartsWith(R"(1 rejected {"error":"InternalError")")));
  store_.broken = false;
  EXPECT_THAT(Ask({Response(2, response_, kDone)}),
              ElementsAre(StartsWith(R"(2 rejected {"error":"ResourceNotFound")")));
}

TEST_F(DeviceDeskTest, AnswersInTheFormatOfTheRequest) {
  Start();
  worker_->Process({});
  const std::string cbor = "$aws/commands/clients/c/executions/execution-1/response/cbor";
  // {"status": "SUCCEEDED"}, and then what is no CBOR.
  const auto told =
      Ask({Response(1, cbor, "\xA1\x66status\x69SUCCEEDED"), Response(2, cbor, "\xFF")});
  ASSERT_THAT(told, SizeIs(2));
  EXPECT_EQ(told[0],
            "1 accepted \xA1\x6B"
            "executionId\x6B"
            "execution-1");
  EXPECT_THAT(told[1], StartsWith("2 rejected \xA3\x65"
                                  "error\x6B"
                                  "InvalidJson"));
}

// What is damaged is refused and stays as it is; everything else goes on.
TEST_F(DeviceDeskTest, RefusesForWhatItCannotReadAndGoesOn) {
  Start();
  worker_->Process({});
  std::vector<storage::Write> damage;
  ASSERT_TRUE(store_
                  .Scan("C", "",
                        [&](absl::string_view key, absl::string_view value) {
                          if (!value.empty()) damage.push_back({std::string(key), "\x7F"});
                          return true;
                        })
                  .ok());
  ASSERT_TRUE(store_.Commit(damage, storage::Durability::kSync).ok());
  EXPECT_THAT(Ask({Response(1, response_, kDone),
                   Response(2, "$aws/commands/clients/c/executions/none/response/json", kDone)}),
              ElementsAre(StartsWith(R"(1 rejected {"error":"InternalError")"),
                          StartsWith(R"(2 rejected {"error":"ResourceNotFound")")));
}

TEST_F(DeviceDeskTest, TellsThoseWhoWaitWhenItCloses) {
  Start();
  desk_->Close();
  EXPECT_EQ(told_, "500 InternalFailureException");
  Call("GET", "/commands/open", "");
  EXPECT_EQ(told_, "500 InternalFailureException");
}

TEST_F(DeviceDeskTest, ForgetsWhatIsConfirmedWithALaterCommit) {
  Start();
  worker_->Process({});
  Sent();
  EXPECT_TRUE(commands_.Reply({0, proto::EncodeCommandReply({.id = last_id_})}));
  desk_->LinkIs(true);
  EXPECT_LE(desk_->WaitMs(), 1000);
  Ask({Response(1, response_, kDone)});
  const std::vector<std::string> keys = {storage::PostKey(2)};
  std::vector<std::optional<std::string>> values;
  ASSERT_TRUE(store_.Read(keys, values).ok());
  EXPECT_FALSE(values[0].has_value());
}

}  // namespace
}  // namespace service
