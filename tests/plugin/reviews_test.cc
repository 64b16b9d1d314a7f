#include "plugin/reviews.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "policy/registry_entry.h"
#include "tests/plugin/recording_broker.h"

namespace plugin {
namespace {

using policy::EntryChange;
using policy::RegistryPart;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class ReviewsTest : public testing::Test {
 protected:
  static std::string Id(char digit) { return std::string(64, digit); }

  // A connection, by its number.
  const void* Come(int number, absl::string_view client, char digit) {
    Origin origin{.address = "192.0.2.1"};
    origin.certificate.emplace().id = Id(digit);
    principals_[number] = std::make_unique<Principal>(client, origin, false);
    principals_[number]->Resolve({}, 1);
    reviews_.Came(&handles_[number], *principals_[number]);
    return &handles_[number];
  }

  Reviews::Done Told(absl::string_view what) {
    return [this, what = std::string(what)](uint64_t ended) {
      told_.push_back(absl::StrCat(what, " ", ended));
    };
  }

  // Looks at those of one turn and ends them all.
  std::vector<const void*> Turn() {
    std::vector<const void*> judged;
    reviews_.Tick([&](const void* handle) {
      judged.push_back(handle);
      return true;
    });
    return judged;
  }

  RecordingBroker broker_;
  policy::Registry registry_;
  Reviews reviews_{broker_};
  std::unique_ptr<Principal> principals_[4];
  int handles_[4];
  std::vector<std::string> told_;
};

TEST_F(ReviewsTest, ACertificatesChangeConcernsItsConnectionsAlone) {
  const void* const one = Come(0, "one", 'a');
  const void* const two = Come(1, "two", 'a');
  Come(2, "three", 'b');
  reviews_.OfConcerned({{RegistryPart::kCertificates, Id('a'), "{}"}}, registry_, Told("a"));
  EXPECT_EQ(principals_[0]->generation(), 0u);
  EXPECT_EQ(principals_[2]->generation(), 1u);
  EXPECT_THAT(Turn(), UnorderedElementsAre(one, two));
  EXPECT_THAT(told_, ElementsAre("a 2"));
}

TEST_F(ReviewsTest, AKeyIsFoundAsACertificateIs) {
  const void* const one = Come(0, "one", 'a');
  reviews_.OfConcerned({{RegistryPart::kKeys, Id('a'), std::nullopt}}, registry_, Told("key"));
  EXPECT_THAT(Turn(), ElementsAre(one));
}

TEST_F(ReviewsTest, AnIdentitysChangeConcernsTheKeysThatStandForIt) {
  const std::string identity = "us-east-1:0a1b2c3d-1111-4222-8333-444455556666";
  const auto text = policy::PrintAccessKey(
      {.id = "", .active = true, .identity = {.id = identity, .authenticated = true}});
  ASSERT_TRUE(registry_.Put(RegistryPart::kKeys, Id('a'), text).ok());
  const void* const one = Come(0, "one", 'a');
  Come(1, "two", 'b');
  reviews_.OfConcerned({{RegistryPart::kIdentities, identity, std::nullopt}}, registry_,
                       Told("identity"));
  EXPECT_EQ(principals_[0]->generation(), 0u);
  EXPECT_THAT(Turn(), ElementsAre(one));
}

TEST_F(ReviewsTest, AThingsChangeConcernsWhoIsCalledLikeIt) {
  Come(0, "lamp1", 'a');
  const void* const lamp = Come(1, "lamp", 'b');
  Come(2, "lam", 'b');
  reviews_.OfConcerned({{RegistryPart::kThings, "lamp", "{}"}}, registry_, Told("thing"));
  EXPECT_THAT(Turn(), ElementsAre(lamp));
}

TEST_F(ReviewsTest, WhatConcernsNobodyIsToldWithoutALook) {
  Come(0, "one", 'a');
  broker_.us_per_look = 1;
  reviews_.OfConcerned({{RegistryPart::kThings, "new", "{}"},
                        {RegistryPart::kCertificates, Id('f'), "{}"},
                        {RegistryPart::kThingTypes, "one", "{}"},
                        {RegistryPart::kAccount, "settings", "{}"}},
                       registry_, Told("new"));
  EXPECT_THAT(Turn(), IsEmpty());
  EXPECT_THAT(told_, ElementsAre("new 0"));
  EXPECT_EQ(broker_.steady_us, 1);
}

TEST_F(ReviewsTest, PoliciesAndGroupsConcernAnybody) {
  Come(0, "one", 'a');
  Come(1, "two", 'b');
  for (const RegistryPart part : {RegistryPart::kPolicies, RegistryPart::kThingGroups}) {
    reviews_.OfConcerned({{RegistryPart::kThings, "one", "{}"}, {part, "x", std::nullopt}},
                         registry_, Told("all"));
    EXPECT_EQ(Turn().size(), 2u);
  }
}

TEST_F(ReviewsTest, WhomTwoChangesConcernIsJudgedOnce) {
  const void* const lamp = Come(0, "lamp", 'a');
  reviews_.OfConcerned(
      {{RegistryPart::kThings, "lamp", "{}"}, {RegistryPart::kCertificates, Id('a'), "{}"}},
      registry_, Told("both"));
  EXPECT_THAT(Turn(), ElementsAre(lamp));
}

TEST_F(ReviewsTest, WhoHasLeftIsNotJudged) {
  Come(0, "one", 'a');
  const void* const two = Come(1, "two", 'a');
  reviews_.Left(&handles_[0], *principals_[0]);
  principals_[0].reset();
  reviews_.OfConcerned({{RegistryPart::kCertificates, Id('a'), "{}"}}, registry_, Told("a"));
  reviews_.OfAll(Told("all"));
  EXPECT_THAT(Turn(), ElementsAre(two, two));
}

TEST_F(ReviewsTest, ATurnIsBoundedAndReviewsEndInTheirOrder) {
  Come(0, "one", 'a');
  Come(1, "two", 'b');
  Come(2, "three", 'c');
  broker_.us_per_look = Reviews::kTurnUs / 2;
  reviews_.OfAll(Told("first"));
  reviews_.OfNobody(Told("second"));
  reviews_.OfConcerned({{RegistryPart::kCertificates, Id('b'), "{}"}}, registry_, Told("third"));
  int turns = 0;
  for (; told_.empty(); ++turns) EXPECT_EQ(Turn().size(), 1u);
  EXPECT_EQ(turns, 3);
  EXPECT_THAT(told_, ElementsAre("first 3", "second 0"));
  EXPECT_EQ(Turn().size(), 1u);
  EXPECT_THAT(told_, ElementsAre("first 3", "second 0", "third 1"));
  EXPECT_THAT(Turn(), IsEmpty());
}

}  // namespace
}  // namespace plugin
