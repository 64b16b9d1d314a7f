// Stores of every format that was ever written are opened and read completely: tests/fixtures/
// holds one of each, and this test says all that is in them.
//
// A fixture is made by the version that it is of and never again:
// SHADOW_MAKE_FIXTURE=tests/fixtures/store-vN durability_test
// --gtest_filter=OldFormat.Version1IsServed
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "storage/key.h"
#include "tests/service/commit/endpoint.h"
#include "tests/storage/open_store.h"
#include "tests/storage/scratch_folder.h"

namespace durability {
namespace {

using service::Published;
using shadow::Operation;
using testing::ElementsAre;
using testing::Pair;

constexpr shadow::ShadowId kClassic = {.thing = "lamp", .name = ""};
constexpr shadow::ShadowId kNamed = {.thing = "lamp", .name = "color"};
constexpr shadow::ShadowId kDeleted = {.thing = "old:lamp", .name = ""};
constexpr uint64_t kOldEpoch = 0x1122334455667788;

constexpr absl::string_view kAll =
    R"({"state":{"desired":{"on":true,"rgb":[1,{"g":22},[]],"e":{},"big":9223372036854775807},)"
    R"("reported":{"on":false,"t":1e-07,"name":"l\u00e4mp\n\u263a"}}})";
constexpr absl::string_view kLastUpdate = R"({"state":{"reported":{"n":2}},"clientToken":"last"})";

proto::LinkRequest Ask(uint64_t sequence, const shadow::ShadowId& id, Operation operation,
                       absl::string_view payload, bool resent = false) {
  return {
      .sequence = sequence, .operation = operation, .resent = resent, .id = id, .payload = payload};
}

// What the fixture was made with. Half of it is in a table, half in the log, as in a store in use.
void Make(const std::string& path) {
  {
    const auto store = storage::OpenStore(path);
    service::Endpoint endpoint(*store);
    endpoint.now = 1000;
    endpoint.SendBatch(kOldEpoch, 1,
                       {Ask(1, kClassic, Operation::kUpdate, kAll),
                        Ask(2, kDeleted, Operation::kUpdate, R"({"state":{"desired":{"a":1}}})")});
  }
  ASSERT_TRUE(storage::CompactRocksDb({.path = path}).ok());
  const auto store = storage::OpenStore(path);
  service::Endpoint endpoint(*store);
  endpoint.now = 2000;
  endpoint.SendBatch(kOldEpoch, 3,
                     {Ask(3, kNamed, Operation::kUpdate, R"({"state":{"reported":{"n":1}}})"),
                      Ask(4, kDeleted, Operation::kDelete, "")});
  proto::LinkRequest last = Ask(5, kNamed, Operation::kUpdate, kLastUpdate);
  last.unheard = {.documents = true, .delta = true};
  endpoint.SendBatch(kOldEpoch, 5, {last});
}

class OldFormat : public testing::Test {
 protected:
  void SetUp() override {
    if (const char* path = std::getenv("SHADOW_MAKE_FIXTURE")) Make(path);
    storage::CopyFolder(absl::StrCat(FIXTURES_DIR, "/store-v1"), path_);
  }

  storage::ScratchFolder folder_;
  const std::string path_ = folder_.In("store");
};

TEST_F(OldFormat, Version1IsReadToTheLastByte) {
  const auto store = storage::OpenRocksDbForReading({.path = path_});
  ASSERT_TRUE(store.ok()) << store.status();
  const storage::Entries entries = storage::AllEntries(**store, "").value();
  storage::Entries escaped;
  for (const auto& [key, value] : entries) {
    escaped[absl::CHexEscape(key)] = absl::CHexEscape(value);
  }
  EXPECT_THAT(
      escaped,
      ElementsAre(
          Pair(R"(j\x11\"3DUfw\x88\x00\x00\x00\x00\x00\x00\x00\x05)",
               R"(\x01\x01\x05\xa0\x1f\x0e\x01\x01\x01\xa0\x1f\x06\x0e\x03\"n\"\x0b\x31\x00)"),
          Pair(R"(mformat)", R"(1)"),
          Pair(R"(slamp\x00)",
               R"(\x01\x01\x01\xd0\x0f&\x04\"on\"\x02\x00\x05\"rgb\"\x1d\x0b\x31\x00\x0e)"
               R"(\x03\"g\"\x13\x32\x32\x00\x05\x03\"e\"\x06\x05\"big\"\x9b\x39\x32\x32\x33)"
               R"(\x33\x37\x32\x30\x33\x36\x38\x35\x34\x37\x37\x35\x38\x30\x37\x00\x1e)"
               R"(\x04\"on\"\x01\x00\x03\"t\"+1e-07\x00\x06\"name\"d\"l\xc3\xa4mp\\n\xe2\x98)"
               R"(\xba\"\x00)"),
          Pair(R"(slamp\x00\x63olor)", R"(\x01\x01\x02\xa0\x1f\x06\x0e\x03\"n\"\x0b\x32\x00)"),
          Pair(R"(sold:lamp\x00)",
               R"(\x01\x02\xd0\x07\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00)")));
}

TEST_F(OldFormat, Version1IsServed) {
  const auto store = storage::OpenStore(path_);
  service::Endpoint endpoint(*store);
  endpoint.now = 3000;
  EXPECT_THAT(
      endpoint.Send(kClassic, Operation::kGet, ""),
      ElementsAre(
          Pair("get/accepted",
               R"({"state":{"desired":{"on":true,"rgb":[1,{"g":22},[]],"e":{},)"
               R"("big":9223372036854775807},"reported":{"on":false,"t":1e-07,"name":"lämp\n☺"},)"
               R"("delta":{"on":true,"rgb":[1,{"g":22},[]],"e":{},"big":9223372036854775807}},)"
               R"("metadata":{"desired":{"on":{"timestamp":1000},"rgb":[{"timestamp":1000},{"g":{)"
               R"("timestamp":1000}},[]],"e":{},"big":{"timestamp":1000}},"reported":{"on":{)"
               R"("timestamp":1000},"t":{"timestamp":1000},"name":{"timestamp":1000}}},)"
               R"("version":1,"timestamp":3000})")));
  EXPECT_THAT(
      endpoint.Send(kNamed, Operation::kGet, ""),
      ElementsAre(
          Pair("get/accepted",
               R"({"state":{"reported":{"n":2}},"metadata":{"reported":{"n":{"timestamp":2000}}},)"
               R"("version":2,"timestamp":3000})")));
  EXPECT_THAT(endpoint.Send(kDeleted, Operation::kGet, "")[0].first, "get/rejected");
}

TEST_F(OldFormat, Version1ContinuesTheVersionLineOfADeletedShadow) {  // G6
  const auto store = storage::OpenStore(path_);
  service::Endpoint endpoint(*store);
  endpoint.now = 3000;
  EXPECT_THAT(endpoint.Send(kDeleted, Operation::kUpdate, R"({"state":{}})")[0].second,
              testing::HasSubstr(R"("version":3)"));
}

// What the last request of a fixture is answered when it is sent again.
std::vector<service::Published> LastAnswerAgain(const std::string& path) {
  const auto store = storage::OpenStore(path);
  service::Endpoint endpoint(*store);
  endpoint.now = 3000;
  return endpoint.SendBatch(kOldEpoch, 5,
                            {Ask(5, kNamed, Operation::kUpdate, kLastUpdate, true)})[0];
}

const Published kLastAccepted = {
    "update/accepted",
    R"({"state":{"reported":{"n":2}},"metadata":{"reported":{"n":{"timestamp":2000}}},)"
    R"("version":2,"timestamp":2000,"clientToken":"last"})"};

TEST_F(OldFormat, Version1KnowsWhatWasAppliedAndNotYetAnswered) {
  EXPECT_THAT(LastAnswerAgain(path_),
              ElementsAre(kLastAccepted,
                          Pair("update/documents", testing::HasSubstr(R"({"reported":{"n":1}})"))));
}

TEST_F(OldFormat, BriefJournalEntriesOfFormat2AreAnsweredAsTheyWere) {
  const std::string path = folder_.In("brief");
  storage::CopyFolder(absl::StrCat(FIXTURES_DIR, "/store-v1-journal-v2"), path);
  EXPECT_THAT(LastAnswerAgain(path), ElementsAre(kLastAccepted));
}

}  // namespace
}  // namespace durability
