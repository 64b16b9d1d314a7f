// The store of format 2 in tests/fixtures/ is opened and read completely, history with it: this
// test says all that is in it, and that it would be written the same today.
//
// It was made by the version that wrote format 2 first, and is never made again:
// SHADOW_MAKE_FIXTURE=tests/fixtures/store-v2 durability_test
// --gtest_filter=StoreV2.IsReadToTheLastByte
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "proto/arrivals.h"
#include "service/commit/worker.h"
#include "storage/change_numbers.h"
#include "storage/history_feed.h"
#include "storage/journal_entry.h"
#include "storage/key.h"
#include "tests/storage/open_store.h"
#include "tests/storage/scratch_folder.h"

namespace durability {
namespace {

using shadow::Operation;
using testing::ElementsAre;
using testing::Pair;

constexpr uint64_t kPluginsLife = 0x1122334455667788;
constexpr shadow::ShadowId kLamp = {.thing = "lamp", .name = ""};
constexpr shadow::ShadowId kColor = {.thing = "lamp", .name = "color"};
constexpr shadow::ShadowId kOldLamp = {.thing = "old:lamp", .name = ""};

proto::LinkRequest AskOver(uint64_t connection, uint64_t sequence, const shadow::ShadowId& id,
                           Operation operation, absl::string_view payload) {
  return {.sequence = sequence,
          .operation = operation,
          .id = id,
          .payload = payload,
          .connection = connection};
}

std::string Envelope(const std::vector<proto::LinkRequest>& requests) {
  proto::RequestBatchWriter writer(kPluginsLife, requests.front().sequence);
  for (const proto::LinkRequest& request : requests) writer.Add(request);
  return std::move(writer).Finish();
}

// The connections 3, of a device, and 4, of an app over WebSockets, both on behalf of the lamp.
std::string Connections(std::optional<proto::ArrivalEnd> end_of_device) {
  proto::ArrivalBatchWriter writer(kPluginsLife, 1, /*first=*/true);
  writer.Add({.connection = 3,
              .since = 990,
              .client_id = "lamp-1",
              .principal = "cd68",
              .address = "10.0.0.7",
              .thing = "lamp",
              .end = end_of_device});
  writer.Add({.connection = 4,
              .way = proto::ConnectionWay::kWebSocket,
              .since = 995,
              .client_id = "app",
              .address = "::1",
              .thing = "lamp"});
  return std::move(writer).Finish(/*last=*/true);
}

// One life of a service, which hears one thing after the other.
void Live(storage::Store& store, int64_t now, const std::vector<std::string>& envelopes) {
  service::Counters counters;
  service::Trace trace;
  service::Log log(service::LogLevel::kError, service::LogFormat::kText);
  const auto events = *service::ThingEvents::Load(store);
  service::Worker worker({.now = [now] { return now; }}, store, *service::Journal::Load(store),
                         *history::Writer::Load({}, store), counters, trace, log, events.get());
  for (const std::string& envelope : envelopes) worker.Process({{0, envelope}});
  worker.TellEvents();
}

// What the fixture was made with. Half of it is in tables, half in the log, as in a store in use.
void MakeV2(const std::string& path) {
  {
    const auto store = storage::OpenStore(path);
    const storage::Write used = {std::string(storage::kChangesKey), "1000"};
    ASSERT_TRUE(store->Commit({used}, storage::Durability::kSync).ok());
    Live(*store, 1000,
         {Envelope(
              {AskOver(0, 1, kLamp, Operation::kUpdate,
                       R"({"state":{"desired":{"on":true,"rgb":[1,{"g":22}]},)"
                       R"("reported":{"on":false,"t":1e-07}}})"),
               AskOver(0, 2, kOldLamp, Operation::kUpdate, R"({"state":{"desired":{"a":1}}})")}),
          Connections(std::nullopt), Envelope({AskOver(3, 3, kLamp, Operation::kGet, "")})});
  }
  ASSERT_TRUE(storage::CompactRocksDb({.path = path}).ok());
  const auto store = storage::OpenStore(path);
  Live(*store, 2000,
       {Connections(std::nullopt),
        Envelope({AskOver(3, 4, kLamp, Operation::kUpdate, R"({"state":{"reported":{"on":true}}})"),
                  AskOver(4, 5, kLamp, Operation::kUpdate,
                          R"({"state":{"desired":{"rgb":"red"}},"clientToken":"red"})"),
                  AskOver(4, 6, kColor, Operation::kUpdate, R"({"state":{"reported":{"n":1}}})"),
                  AskOver(0, 7, kOldLamp, Operation::kDelete, "")}),
        Connections(proto::ArrivalEnd{.reason = "CONNECTION_LOST", .time = 2001})});
  ASSERT_TRUE(store->RaiseFloors({.reports = 30, .wishes = 20, .feed = 10}).ok());
}

// What is written today of what is read of an entry.
storage::Write WrittenAgain(absl::string_view key, absl::string_view value) {
  shadow::Arena arena;
  if (const auto id = storage::ParseRecordKey(key)) {
    return {storage::RecordKey(*id), storage::EncodeRecord(*storage::DecodeRecord(value, arena),
                                                           *storage::DecodeRecordHead(value))};
  }
  if (const auto first = storage::ParseFeedKey(key)) {
    const storage::FeedGroup group = *storage::DecodeFeed(value, *first);
    return {storage::FeedKey(*first), storage::EncodeFeed(group.time, group.entries)};
  }
  if (const auto id = storage::ParseHistoryKey(key)) {
    const auto entry = storage::DecodeHistoryEntry(value, id->change, arena);
    return {storage::HistoryKey(id->id, id->lane, id->change),
            storage::EncodeHistoryEntry(*entry, id->change)};
  }
  if (const auto id = storage::ParseConnectionKey(key)) {
    return {storage::ConnectionKey(id->epoch, id->number),
            storage::EncodeToldConnection(*storage::DecodeToldConnection(value))};
  }
  if (const auto id = storage::ParseJournalKey(key)) {
    return {storage::JournalKey(id->epoch, id->sequence),
            storage::EncodeJournal(*storage::DecodeJournal(value))};
  }
  if (key == storage::kFloorsKey) {
    return {std::string(key), storage::EncodeFloors(*storage::DecodeFloors(value))};
  }
  return {std::string(key), std::string(value)};
}

class StoreV2 : public testing::Test {
 protected:
  void SetUp() override {
    if (const char* path = std::getenv("SHADOW_MAKE_FIXTURE")) MakeV2(path);
    storage::CopyFolder(absl::StrCat(FIXTURES_DIR, "/store-v2"), path_);
  }

  storage::Entries Content() const {
    const auto store = storage::OpenRocksDbForReading({.path = path_});
    EXPECT_TRUE(store.ok()) << store.status();
    return storage::AllEntries(**store, "").value();
  }

  storage::ScratchFolder folder_;
  const std::string path_ = folder_.In("store");
};

TEST_F(StoreV2, IsReadToTheLastByte) {
  storage::Entries escaped;
  for (const auto& [key, value] : Content()) {
    escaped[absl::CHexEscape(key)] = absl::CHexEscape(value);
  }
  EXPECT_THAT(
      escaped,
      ElementsAre(
          Pair(R"(c\x11\"3DUfw\x88\x00\x00\x00\x00\x00\x00\x00\x04)", R"(\x01\x00\xeb\x07lamp)"),
          Pair(R"(h\x00\x00\x00\x00\x00\x00\x00\x03\xe8)",
               R"(\x01\xd0\x0f\x02\x07lamp\x00\x00w\x01\x0bold:lamp\x00\x00w)"),
          Pair(R"(h\x00\x00\x00\x00\x00\x00\x00\x03\xea)",
               R"(\x01\xd0\x0f\x03\x07lamp\x00\x00\x65\x01\x00\x01\x00)"),
          Pair(R"(h\x00\x00\x00\x00\x00\x00\x01\x03\xea)",
               R"(\x01\xa0\x1f\x04\x07lamp\x00\x00r\x01\x07lamp\x00\x00w\x01\x0clamp\x00\x63olor)"
               R"(\x00w\x01\x0bold:lamp\x00\x00w)"),
          Pair(R"(h\x00\x00\x00\x00\x00\x00\x01\x03\xee)",
               R"(\x01\xa2\x1f\x01\x07lamp\x00\x00\x65)"),
          Pair(R"(hlamp\x00\x00\x65\xff\xff\xff\xff\xff\xfe\xfc\x11)",
               R"(\x01\x07\x00\xa2\x1f\x01\x0clamp-1\x08\x63\x64\x36\x38\x10\x31\x30.0.0.7\x00)"
               R"(\x1e\x43ONNECTION_LOST)"),
          Pair(R"(hlamp\x00\x00\x65\xff\xff\xff\xff\xff\xff\xfc\x13)",
               R"(\x01\x08\x01\xd0\x0f\x01\x0clamp-1\x08\x63\x64\x36\x38\x10\x31\x30.0.0.7\x00)"
               R"(\x00)"),
          Pair(R"(hlamp\x00\x00\x65\xff\xff\xff\xff\xff\xff\xfc\x14)",
               R"(\x01\x06\x00\xc6\x0f\x02\x06\x61pp\x00\x06::1\x00\x00)"),
          Pair(R"(hlamp\x00\x00\x65\xff\xff\xff\xff\xff\xff\xfc\x15)",
               R"(\x01\x06\x00\xbc\x0f\x01\x0clamp-1\x08\x63\x64\x36\x38\x10\x31\x30.0.0.7\x00)"
               R"(\x00)"),
          Pair(R"(hlamp\x00\x00r\xff\xff\xff\xff\xff\xfe\xfc\x15)",
               R"(\x01\x12\x02\xa0\x1f\xd0\x0f\x82\x80\x04\x00\x01\x0clamp-1\x08\x63\x64\x36\x38)"
               R"(\x10\x31\x30.0.0.7\x00\x06\x0e\x04\"on\"\x01\x00)"),
          Pair(R"(hlamp\x00\x00w\xff\xff\xff\xff\xff\xfe\xfc\x14)",
               R"(\x01\x12\x03\xa0\x1f\x00\x01\x82\x80\x04\x02\x06\x61pp\x00\x06::1\x06red\x0e)"
               R"(\x05\"rgb\"\x15\x0b\x31\xd0\x0f\x0e\x03\"g\"\x13\x32\x32\xd0\x0f\x06)"),
          Pair(R"(hlamp\x00\x00w\xff\xff\xff\xff\xff\xff\xfc\x17)",
               R"(\x01\x01\x01\xd0\x0f\x00\x00\x00\x00\x00)"),
          Pair(R"(hlamp\x00\x63olor\x00w\xff\xff\xff\xff\xff\xfe\xfc\x13)",
               R"(\x01\x01\x01\xa0\x1f\x02\x06\x61pp\x00\x06::1\x00)"),
          Pair(R"(hold:lamp\x00\x00w\xff\xff\xff\xff\xff\xfe\xfc\x12)",
               R"(\x01S\x02\xa0\x1f\xd0\x0f\x84\x80\x04\x00\x00\x00\x00\x00\x00\x0f\x0e\x03\"a\")"
               R"(\x0b\x31\x00\x06)"),
          Pair(R"(hold:lamp\x00\x00w\xff\xff\xff\xff\xff\xff\xfc\x16)",
               R"(\x01\x01\x01\xd0\x0f\x00\x00\x00\x00\x00)"),
          Pair(R"(j\x11\"3DUfw\x88\x00\x00\x00\x00\x00\x00\x00\x04)",
               R"(\x02\x04\x04\xa0\x1fn\x02\x01\x01\xe8\x07\x00\x01\xd0\x0f\x16\x04\"on\"\x02)"
               R"(\x00\x05\"rgb\"\x15\x0b\x31\x00\x0e\x03\"g\"\x13\x32\x32\x00\x16\x04\"on\"\x01)"
               R"(\x00\x03\"t\"+1e-07\x00\x01\x00t\x02\x01\x00\x00\x00\x02\xa0\x1f\x16\x04\"on\")"
               R"(\x02\xd0\x0f\x05\"rgb\"\x15\x0b\x31\xd0\x0f\x0e\x03\"g\"\x13\x32\x32\xd0\x0f)"
               R"(\x16\x04\"on\"\x02\x00\x03\"t\"+1e-07\xd0\x0f\x01\x00\x00\x01\x00\x15\x02\x01)"
               R"(\x00\x00\x00\x01\xd0\x0f\x06\x06)"),
          Pair(R"(mchanges)", R"(132078)"), Pair(R"(mfloors)", R"(\x01\x1e\x14\n)"),
          Pair(R"(mformat)", R"(2)"),
          Pair(R"(slamp\x00)",
               R"(\x02\x01\x01\xeb\x87\x04\x00\x03\xa0\x1f\x16\x04\"on\"\x02\xd0\x0f\x05\"rgb\",)"
               R"(\"red\"\x00\x16\x04\"on\"\x02\x00\x03\"t\"+1e-07\xd0\x0f)"),
          Pair(R"(slamp\x00\x63olor)",
               R"(\x02\x01\x00\xec\x87\x04\x00\x01\xa0\x1f\x06\x0e\x03\"n\"\x0b\x31\x00)"),
          Pair(R"(sold:lamp\x00)",
               R"(\x02\x02\x00\xed\x87\x04\x00\xd0\x07\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00)"
               R"(\x00\x00\x00\x00)")));
}

TEST_F(StoreV2, WouldBeWrittenTheSameToday) {
  for (const auto& [key, value] : Content()) {
    const storage::Write again = WrittenAgain(key, value);
    EXPECT_EQ(absl::CHexEscape(again.key), absl::CHexEscape(key));
    EXPECT_EQ(absl::CHexEscape(*again.value), absl::CHexEscape(value)) << absl::CHexEscape(key);
  }
}

TEST_F(StoreV2, GoesOnBehindItsChangeNumbersAndFloors) {
  const auto store = storage::OpenStore(path_);
  EXPECT_EQ(storage::ChangeNumbers::Load(*store)->Take(), 132'078u);
  EXPECT_EQ(store->Floors(), (storage::HistoryFloors{.reports = 30, .wishes = 20, .feed = 10}));
}

}  // namespace
}  // namespace durability
