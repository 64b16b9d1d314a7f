#include "service/devices/post_office.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "proto/command.h"
#include "storage/memory_store.h"
#include "storage/post.h"

namespace service {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class PostOfficeTest : public testing::Test {
 protected:
  PostOfficeTest() { Open(); }

  // As after a restart.
  void Open() {
    auto office = PostOffice::Load(
        store_, commands_, [this] { return now_; }, log_);
    ASSERT_TRUE(office.ok()) << office.status();
    office_ = *std::move(office);
  }

  void Post(const std::vector<desk::Message>& messages) {
    storage::Draft draft(store_);
    office_->Take(messages, draft);
    office_->Clear(draft);
    ASSERT_TRUE(store_.Commit(draft.Writes(), storage::Durability::kSync).ok());
    office_->Committed();
  }

  // What goes to the plugin now, as "topic payload content-type expiry".
  std::vector<std::string> Sent() {
    std::vector<std::string> sent;
    office_->Send(true);
    for (const Order& order : commands_.Take(true)) {
      const auto command = proto::DecodeCommand(order.envelope);
      EXPECT_TRUE(command.ok()) << command.status();
      const auto& publish = std::get<proto::PublishCommand>(command->what);
      EXPECT_TRUE(publish.is_own && publish.at_least_once && !publish.retain);
      ids_.push_back(command->id);
      sent.push_back(absl::StrCat(publish.topic, " ", publish.payload, " ", publish.content_type,
                                  " ", publish.expiry_seconds));
    }
    return sent;
  }

  void Confirm(size_t which, proto::CommandResult result = proto::CommandResult::kDone) {
    EXPECT_TRUE(
        commands_.Reply({0, proto::EncodeCommandReply({.id = ids_.at(which), .result = result})}));
  }

  size_t Stored() {
    size_t stored = 0;
    EXPECT_TRUE(store_
                    .Scan(storage::kPostPrefix, "",
                          [&](absl::string_view, absl::string_view) { return ++stored > 0; })
                    .ok());
    return stored;
  }

  int64_t now_ = 1000;
  Log log_{LogLevel::kError, LogFormat::kText};
  Commands commands_{[] {}};
  storage::MemoryStore store_;
  std::vector<uint64_t> ids_;
  std::unique_ptr<PostOffice> office_;
};

TEST_F(PostOfficeTest, SendsWhatIsCommittedInItsOrderAndForgetsWhatIsConfirmed) {
  Post({{.topic = "a", .payload = "1"},
        {.topic = "b", .payload = "2", .content_type = "application/json", .expires = 1010}});
  EXPECT_THAT(Sent(), ElementsAre("a 1  0", "b 2 application/json 10"));
  EXPECT_THAT(Sent(), IsEmpty());
  Confirm(0);
  Confirm(1, proto::CommandResult::kForbidden);  // it would be so again
  EXPECT_TRUE(office_->HasConfirmed());
  EXPECT_EQ(Stored(), 2u);
  Post({});
  EXPECT_EQ(Stored(), 0u);
  EXPECT_FALSE(office_->HasConfirmed());
}

TEST_F(PostOfficeTest, SendsNothingOfACommitThatFailed) {
  storage::Draft draft(store_);
  office_->Take({{desk::Message{.topic = "a", .payload = "1"}}}, draft);
  EXPECT_THAT(Sent(), IsEmpty());
  office_->Failed();
  EXPECT_THAT(Sent(), IsEmpty());
  Post({{.topic = "b", .payload = "2"}});
  EXPECT_THAT(Sent(), ElementsAre("b 2  0"));
}

TEST_F(PostOfficeTest, ClearsAgainWhatACommitThatFailedWasToClear) {
  Post({{.topic = "a", .payload = "1"}});
  Sent();
  Confirm(0);
  storage::Draft draft(store_);
  office_->Clear(draft);
  EXPECT_FALSE(draft.empty());
  office_->Failed();
  EXPECT_TRUE(office_->HasConfirmed());
  Post({});
  EXPECT_EQ(Stored(), 0u);
}

TEST_F(PostOfficeTest, SendsAgainInOrderWhatTheLinkHasLost) {
  Post({{.topic = "a", .payload = "1"}, {.topic = "b", .payload = "2"}});
  EXPECT_THAT(Sent(), ElementsAre("a 1  0", "b 2  0"));
  Post({{.topic = "c", .payload = "3"}});
  office_->Send(false);
  commands_.Take(false);  // the link is down
  EXPECT_THAT(Sent(), ElementsAre("a 1  0", "b 2  0", "c 3  0"));
}

TEST_F(PostOfficeTest, SendsAfterARestartWhatWasNotForgotten) {
  Post({{.topic = "a", .payload = "1"}, {.topic = "b", .payload = "2"}});
  Sent();
  Confirm(0);
  Post({{.topic = "c", .payload = "3"}});
  Open();
  EXPECT_THAT(Sent(), ElementsAre("b 2  0", "c 3  0"));
  Post({{.topic = "d", .payload = "4"}});
  EXPECT_THAT(Sent(), ElementsAre("d 4  0"));
  EXPECT_EQ(Stored(), 3u);
}

TEST_F(PostOfficeTest, DropsWhatHasExpired) {
  Post({{.topic = "a", .payload = "1", .expires = 1001}, {.topic = "b", .payload = "2"}});
  now_ = 1001;
  EXPECT_THAT(Sent(), ElementsAre("b 2  0"));
  EXPECT_TRUE(office_->HasConfirmed());
}

TEST_F(PostOfficeTest, LeavesWhatItCannotRead) {
  ASSERT_TRUE(
      store_.Commit({{storage::Write{storage::PostKey(7), "\xff"}}}, storage::Durability::kSync)
          .ok());
  Open();
  EXPECT_THAT(Sent(), IsEmpty());
  Post({{.topic = "a", .payload = "1"}});
  EXPECT_THAT(Sent(), ElementsAre("a 1  0"));
  EXPECT_EQ(Stored(), 2u);
}

TEST_F(PostOfficeTest, HandsOverNoMoreThanTheBoundAtATime) {
  std::vector<desk::Message> many(PostOffice::kUnderWayMax + 1, {.topic = "a", .payload = "1"});
  Post(many);
  EXPECT_EQ(Sent().size(), PostOffice::kUnderWayMax);
  Confirm(0);
  EXPECT_EQ(Sent().size(), 1u);
}

}  // namespace
}  // namespace service
