#include "cli/history/past.h"

#include <gtest/gtest.h>

namespace cli {
namespace {

TEST(PastPath, HasItsParametersInTheOrderThatASignatureWants) {
  EXPECT_EQ(PastPath({"lamp", ""}, "blame", {}), "/_shadow/v1/things/lamp/blame");
  EXPECT_EQ(PastPath({"a:b", "s"}, "history", {{"path", "desired.a b"}, {"after", "t="}}),
            "/_shadow/v1/things/a%3Ab/history?after=t%3D&name=s&path=desired.a%20b");
}

}  // namespace
}  // namespace cli
