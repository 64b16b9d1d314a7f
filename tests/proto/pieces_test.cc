#include "proto/pieces.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "proto/envelope.h"

namespace proto {
namespace {

using testing::ElementsAre;
using testing::Pair;
using testing::SizeIs;

using Sent = std::vector<std::pair<std::string, std::string>>;

Sent Pieces(absl::string_view envelope) {
  Sent sent;
  EXPECT_TRUE(SendInPieces(envelope, [&](absl::string_view topic, absl::string_view piece) {
    sent.emplace_back(topic, piece);
    return true;
  }));
  return sent;
}

TEST(Pieces, AnEnvelopeThatFitsIsOne) {
  EXPECT_THAT(Pieces("x"), ElementsAre(Pair(kAnswersTopic, "x")));
  EXPECT_THAT(Pieces(std::string(kPieceBytesMax, 'x')),
              ElementsAre(Pair(kAnswersTopic, SizeIs(kPieceBytesMax))));
}

TEST(Pieces, TheLastOneEndsALargerEnvelope) {
  EXPECT_THAT(Pieces(std::string(2 * kPieceBytesMax + 1, 'x')),
              ElementsAre(Pair(kPiecesTopic, SizeIs(kPieceBytesMax)),
                          Pair(kPiecesTopic, SizeIs(kPieceBytesMax)), Pair(kAnswersTopic, "x")));
}

TEST(Pieces, WhatIsNotTakenEndsTheSending) {
  int sent = 0;
  EXPECT_FALSE(SendInPieces(std::string(3 * kPieceBytesMax, 'x'), [&](auto, auto) {
    ++sent;
    return false;
  }));
  EXPECT_EQ(sent, 1);
}

TEST(Pieces, AreTheEnvelopeAgain) {
  std::string envelope;
  while (envelope.size() < 3 * kPieceBytesMax) absl::StrAppend(&envelope, envelope.size(), ",");
  PieceCollector collector;
  const int session = 0;
  EXPECT_FALSE(collector.HasBegun(&session));
  for (const auto& [topic, piece] : Pieces(envelope)) {
    collector.Add(&session, piece);
    EXPECT_TRUE(collector.HasBegun(&session));
  }
  EXPECT_EQ(collector.Take(&session), envelope);
  EXPECT_FALSE(collector.HasBegun(&session));
  EXPECT_EQ(collector.Take(&session), "");
  collector.Add(&session, "the next");
  EXPECT_EQ(collector.Take(&session), "the next");
}

TEST(Pieces, OfOneSessionAreNothingToAnother) {
  PieceCollector collector;
  const int sessions[2] = {};
  collector.Add(&sessions[0], "begun");
  EXPECT_FALSE(collector.HasBegun(&sessions[1]));
  collector.Add(&sessions[1], "begun anew");
  EXPECT_FALSE(collector.HasBegun(&sessions[0]));
  EXPECT_EQ(collector.Take(&sessions[0]), "");
  EXPECT_EQ(collector.Take(&sessions[1]), "begun anew");
  collector.Add(&sessions[1], "begun");
  collector.Forget(&sessions[1]);
  EXPECT_FALSE(collector.HasBegun(&sessions[1]));
}

TEST(Pieces, WithoutAnEndAreBounded) {
  PieceCollector collector;
  const int session = 0;
  const std::string piece(kPieceBytesMax, 'x');
  for (size_t i = 0; i <= kPiecedBytesMax / kPieceBytesMax; ++i) collector.Add(&session, piece);
  EXPECT_THAT(collector.Take(&session), SizeIs(kPieceBytesMax));
}

}  // namespace
}  // namespace proto
