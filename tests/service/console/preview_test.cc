// That it foretells every case of the contract is in commit/vectors_test.cc.
#include "service/console/preview.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "storage/key.h"
#include "storage/memory_store.h"

namespace service {
namespace {

using ::testing::HasSubstr;

class Previews : public testing::Test {
 protected:
  std::string Of(absl::string_view payload) { return preview_.Of({"lamp", ""}, payload).value(); }

  storage::MemoryStore store_;
  Preview preview_{store_, {.state_bytes_max = 100}, [] { return 2000; }};
};

TEST_F(Previews, WhatIsTooLargeIsToldWithItsSize) {
  const std::string text =
      Of(absl::StrCat(R"({"state":{"desired":{"a":")", std::string(200, 'x'), R"("}}})"));
  EXPECT_THAT(text, HasSubstr(R"({"code":413,"rejected":{"code":413)"));
  EXPECT_THAT(text, HasSubstr(R"(,"bytes":208,"bytesMax":100})"));
}

TEST_F(Previews, WhatIsNoUpdateHasNoSize) {
  EXPECT_THAT(Of("nonsense"), HasSubstr(R"({"code":400,"rejected":{)"));
  EXPECT_THAT(Of("nonsense"), testing::EndsWith(R"(},"bytesMax":100})"));
}

TEST_F(Previews, NothingIsDone) {
  Of(R"({"state":{"desired":{"a":1}}})");
  std::vector<std::optional<std::string>> values;
  ASSERT_TRUE(store_.Read({storage::RecordKey({"lamp", ""})}, values).ok());
  EXPECT_FALSE(values[0]);
}

TEST_F(Previews, ARecordThatCannotBeReadIsAnError) {
  ASSERT_TRUE(store_
                  .Commit({{storage::RecordKey({"lamp", ""}), std::string("\xFF\xFF")}},
                          storage::Durability::kSync)
                  .ok());
  EXPECT_FALSE(preview_.Of({"lamp", ""}, R"({"state":{}})").ok());
}

}  // namespace
}  // namespace service
