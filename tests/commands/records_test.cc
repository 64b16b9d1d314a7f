// The stored bytes of commands: as docs/storage-format.md says, and whatever they are.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <random>

#include "commands/keys.h"

namespace commands {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

// The examples of docs/storage-format.md.

const Command kExampleCommand = {.id = "unlock",
                                 .display_name = "Unlock",
                                 .content_type = "text/plain",
                                 .payload = "open",
                                 .parameters = "[{}]",
                                 .tags = {{"env", "test"}},
                                 .created = 1000,
                                 .updated = 1001,
                                 .last_used = 1002,
                                 .deprecated = true};
const std::string kCommandBytes =
    "\x01\x01\xE8\x07\xE9\x07\xEA\x07\x00"
    "\x06Unlock\x00\x0Atext/plain\x04open\x04[{}]"
    "\x01\x03"
    "env\x04test"s;

const Execution kExampleExecution = {
    .id = "7f",
    .command = "unlock",
    .target = {.name = "door"},
    .token = "t1",
    .parameters = "{}",
    .timeout_s = 10,
    .status = Status::kSucceeded,
    .reason = {.code = "DONE", .description = "ok"},
    .result = {{"a", {.kind = ResultValue::Kind::kTrue}}, {"b", {.bytes = "x"}}},
    .created = 1000,
    .updated = 1003,
    .completed = 1003};
const std::string kExecutionBytes =
    "\x01s\x00\xE8\x07\xEB\x07\xEB\x07\x00\x0A"
    "\x06unlock\x04"
    "door\x02t1\x02{}\x04"
    "DONE\x02ok"
    "\x02\x01"
    "at\x01"
    "bs\x01x"s;

TEST(CommandRecord, IsWrittenAsDocumented) {
  EXPECT_EQ(EncodeCommand(kExampleCommand), kCommandBytes);
  EXPECT_EQ(*DecodeCommand("unlock", kCommandBytes), kExampleCommand);
}

TEST(ExecutionRecord, IsWrittenAsDocumented) {
  EXPECT_EQ(EncodeExecution(kExampleExecution), kExecutionBytes);
  EXPECT_EQ(*DecodeExecution("7f", kExecutionBytes), kExampleExecution);
}

TEST(CommandKeys, AreAsDocumented) {
  const std::string time("\0\0\0\0\0\0\x03\xE8", 8);
  const std::string inverted("\xFF\xFF\xFF\xFF\xFF\xFF\xFC\x17", 8);
  const std::string end("\0\0\0\0\0\0\x03\xEB", 8);
  const std::string end_inverted("\xFF\xFF\xFF\xFF\xFF\xFF\xFC\x14", 8);
  EXPECT_EQ(CommandKey("unlock"), "Ccunlock");
  EXPECT_EQ(ExecutionKey("7f"), "Ce7f");
  EXPECT_EQ(TokenKey("t1"), "Ckt1");
  EXPECT_EQ(OpenKey({.name = "door"}), "Cntdoor");
  EXPECT_EQ(OpenKey({.is_client = true, .name = "door"}), "Cnmdoor");
  EXPECT_THAT(ListKeys(kExampleCommand),
              ElementsAre("Cd" + inverted + "unlock", "Ca" + time + "unlock"));
  EXPECT_THAT(
      ListKeys(kExampleExecution),
      UnorderedElementsAre("Cicunlock\0sd"s + inverted + "7f", "Cicunlock\0sa"s + time + "7f",
                           "Citdoor\0sd"s + inverted + "7f", "Citdoor\0sa"s + time + "7f",
                           "Cicunlock\0ed"s + end_inverted + "7f", "Cicunlock\0ea"s + end + "7f",
                           "Citdoor\0ed"s + end_inverted + "7f", "Citdoor\0ea"s + end + "7f"));
}

TEST(CheckEntry, TakesWhatThisRoomStores) {
  EXPECT_TRUE(CheckEntry(CommandKey("unlock"), kCommandBytes).ok());
  EXPECT_TRUE(CheckEntry(ExecutionKey("7f"), kExecutionBytes).ok());
  EXPECT_TRUE(CheckEntry(TokenKey("t1"), "\x01"s + "7f").ok());
  EXPECT_TRUE(CheckEntry(OpenKey({.name = "door"}), "\x01\x02"s).ok());
  for (const std::string& key : ListKeys(kExampleCommand)) EXPECT_TRUE(CheckEntry(key, "").ok());
  for (const std::string& key : ListKeys(kExampleExecution)) EXPECT_TRUE(CheckEntry(key, "").ok());
}

TEST(CheckEntry, RefusesAnythingElse) {
  for (const auto& [key, value] :
       std::vector<std::pair<std::string, std::string>>{{"C", ""},
                                                        {"Cc", kCommandBytes},
                                                        {"Cx1", ""},
                                                        {"Ccunlock", ""},
                                                        {"Ccunlock", kCommandBytes + "x"},
                                                        {"Ccunlock", kExecutionBytes},
                                                        {"Ce7f", kCommandBytes},
                                                        {"Ckt1", "\x01"s},
                                                        {"Cntdoor", "\x01\x00"s},
                                                        {"Cntdoor", "\x01\x01\x01"s},
                                                        {"Ca12345678", ""},
                                                        {"Ca123456789", "x"},
                                                        {"Citdoor\0sd12345678"s, ""},
                                                        {"Cixdoor\0sd123456789"s, ""},
                                                        {"Citdoor\0xd123456789"s, ""},
                                                        {"Citdoor\0sx123456789"s, ""},
                                                        {"Cit\0sd123456789"s, ""},
                                                        {"Citdoor\0sd123456789"s, "x"}}) {
    EXPECT_TRUE(absl::IsDataLoss(CheckEntry(key, value))) << testing::PrintToString(key);
  }
  EXPECT_TRUE(absl::IsFailedPrecondition(CheckEntry("Ccunlock", "\x02")));
  EXPECT_TRUE(absl::IsFailedPrecondition(CheckEntry("Ce7f", "\x02")));
}

// One thing done to bytes that were written.
void Mutate(std::mt19937& random, std::string& bytes) {
  const size_t place = bytes.empty() ? 0 : random() % bytes.size();
  switch (random() % 4) {
    case 0:
      if (!bytes.empty()) bytes[place] = static_cast<char>(random());
      break;
    case 1:
      bytes.insert(place, 1, static_cast<char>(random()));
      break;
    case 2:
      if (!bytes.empty()) bytes.erase(place, 1 + random() % 4);
      break;
    default:
      bytes.insert(place, bytes.substr(0, random() % 20));
  }
}

template <class Decode, class Encode>
void ExpectRefusedOrExact(const std::string& whole, Decode decode, Encode encode) {
  constexpr uint32_t kSeeds = 20'000;
  for (uint32_t seed = 1; seed <= kSeeds; ++seed) {
    std::mt19937 random(seed);
    std::string bytes = whole;
    for (uint32_t steps = 1 + random() % 4; steps > 0; --steps) Mutate(random, bytes);
    // A copy of the exact size, so that the address sanitizer sees a read past the end.
    const std::unique_ptr<char[]> exact(new char[bytes.size()]);
    std::copy(bytes.begin(), bytes.end(), exact.get());
    const auto record = decode(absl::string_view(exact.get(), bytes.size()));
    if (record.ok()) {
      ASSERT_EQ(encode(*record), bytes) << "seed " << seed;
    } else {
      ASSERT_TRUE(absl::IsDataLoss(record.status()) || absl::IsFailedPrecondition(record.status()))
          << "seed " << seed;
    }
  }
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(decode(absl::string_view(whole).substr(0, size)).ok()) << "cut at " << size;
  }
}

TEST(HostileCommand, IsRefusedOrExact) {
  ExpectRefusedOrExact(
      kCommandBytes, [](absl::string_view bytes) { return DecodeCommand("unlock", bytes); },
      EncodeCommand);
}

TEST(HostileExecution, IsRefusedOrExact) {
  ExpectRefusedOrExact(
      kExecutionBytes, [](absl::string_view bytes) { return DecodeExecution("7f", bytes); },
      EncodeExecution);
}

}  // namespace
}  // namespace commands
