#include "proto/answer.h"

#include <gtest/gtest.h>

#include "tests/shadow/text.h"

namespace proto {
namespace {

TEST(Answer, AcceptedEchoesTheRequest) {  // F1, D9
  shadow::Arena arena;
  std::string out;
  WordUpdateAccepted(shadow::Tree(R"({"reported":{"b":[1],"a":null},"desired":null})", arena, 5), 3,
                     6, "\"c\"", out);
  EXPECT_EQ(out, R"({"state":{"reported":{"b":[1],"a":null},"desired":null},)"
                 R"("metadata":{"reported":{"b":[{"timestamp":5}],"a":{"timestamp":5}},)"
                 R"("desired":{"timestamp":5}},"version":3,"timestamp":6,"clientToken":"c"})");
}

TEST(Answer, DeltaHasItsOwnMemberOrder) {  // F2
  shadow::Arena arena;
  std::string out;
  WordUpdateDelta(shadow::Tree(R"({"a":1})", arena, 5), 3, 6, "", out);
  EXPECT_EQ(out, R"({"version":3,"timestamp":6,"state":{"a":1},"metadata":{"a":{"timestamp":5}}})");
}

TEST(Answer, DocumentsShowBeforeAndAfter) {  // F3, F15
  shadow::Arena arena;
  shadow::Document before{.version = 1};
  shadow::Document after{.version = 2};
  after.reported = shadow::Tree(R"({"r":1})", arena, 5);
  after.desired = shadow::Tree(R"({"d":2})", arena, 4);
  std::string out;
  WordUpdateDocuments(&before, after, 6, "", out);
  EXPECT_EQ(out, R"({"previous":{"state":{},"metadata":{},"version":1},"current":{)"
                 R"("state":{"desired":{"d":2},"reported":{"r":1}},)"
                 R"("metadata":{"desired":{"d":{"timestamp":4}},"reported":{"r":{"timestamp":5}}},)"
                 R"("version":2},"timestamp":6})");
  out.clear();
  WordUpdateDocuments(nullptr, before, 6, "\"t\"", out);
  EXPECT_EQ(out, R"({"previous":null,"current":{"state":{},"metadata":{},"version":1},)"
                 R"("timestamp":6,"clientToken":"t"})");
}

TEST(Answer, GetShowsTheDeltaWithoutItsMetadata) {  // F4, F7
  shadow::Arena arena;
  shadow::Document document{.version = 54};
  document.desired = shadow::Tree(R"({"p":37})", arena, 4);
  std::string out;
  WordGetAccepted(document, document.desired, 6, "", out);
  EXPECT_EQ(out, R"({"state":{"desired":{"p":37},"delta":{"p":37}},)"
                 R"("metadata":{"desired":{"p":{"timestamp":4}}},"version":54,"timestamp":6})");
}

TEST(Answer, RejectedEscapesItsMessage) {  // F6, H6
  std::string out;
  WordRejected(shadow::InvalidNode("a\"b\n"), "", out);
  EXPECT_EQ(out, R"({"code":400,"message":"State contains an invalid node: 'a\"b\n'"})");
}

}  // namespace
}  // namespace proto
