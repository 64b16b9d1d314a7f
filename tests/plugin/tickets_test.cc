#include "plugin/principal/tickets.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace plugin {
namespace {

using Claim = Tickets::Claim;

constexpr char kTicketSecret[] = "the link's secret";
constexpr absl::string_view kUser = "$shadow/websocket";
constexpr int64_t kNow = 1'790'596'800;

class TicketsTest : public testing::Test {
 protected:
  static identity::Ticket Ticket(absl::string_view nonce) {
    return {.access_key_id = "AKIAIOSFODNN7EXAMPLE",
            .address = "192.0.2.7",
            .server_name = "shadow.example",
            .secure = true,
            .issued_at = kNow,
            .nonce = std::string(nonce)};
  }

  static std::string Password(const identity::Ticket& ticket) {
    return identity::WriteTicket(ticket, kTicketSecret);
  }

  Claim Look(const void* handle, absl::string_view password, int64_t now = kNow,
             const Origin& origin = {.address = "/run/link.sock"}) const {
    return tickets_.Look(handle, origin, kUser, password, now).claim;
  }

  Tickets tickets_{kTicketSecret};
  const int first_ = 0;
  const int second_ = 0;
};

TEST_F(TicketsTest, OfAnotherUserNameAreNone) {
  const auto shown =
      tickets_.Look(&first_, {.address = "127.0.0.1"}, "shadowd", Password(Ticket("a")), kNow);
  EXPECT_EQ(shown.claim, Claim::kNone);
}

TEST_F(TicketsTest, SayWhoAClientIsAndWhereItComesFrom) {
  const auto shown =
      tickets_.Look(&first_, {.address = "/run/link.sock"}, kUser, Password(Ticket("a")), kNow);
  ASSERT_EQ(shown.claim, Claim::kFresh);
  EXPECT_EQ(shown.ticket, Ticket("a"));
  const Origin origin = OriginOf(shown.ticket);
  EXPECT_EQ(origin.address, "192.0.2.7");
  EXPECT_FALSE(origin.websocket);
  ASSERT_TRUE(origin.tunnel);
  EXPECT_EQ(origin.principal(), "AKIAIOSFODNN7EXAMPLE");
  EXPECT_EQ(origin.tunnel->server_name, "shadow.example");
  EXPECT_TRUE(origin.tunnel->secure);
}

TEST_F(TicketsTest, HoldOnlyAsShadowdWroteThem) {
  EXPECT_EQ(Look(&first_, ""), Claim::kWrong);
  EXPECT_EQ(Look(&first_, kTicketSecret), Claim::kWrong);
  EXPECT_EQ(Look(&first_, identity::WriteTicket(Ticket("a"), "another secret")), Claim::kWrong);
  EXPECT_EQ(Look(&first_, absl::StrCat(Password(Ticket("a")), "0")), Claim::kWrong);
}

TEST_F(TicketsTest, HoldOnlyByTheWayThatShadowdComes) {
  const std::string password = Password(Ticket("a"));
  for (const char* address : {"127.0.0.1", "::1", "/run/link.sock"}) {
    EXPECT_EQ(Look(&first_, password, kNow, {.address = address}), Claim::kFresh) << address;
  }
  EXPECT_EQ(Look(&first_, password, kNow, {.address = "192.0.2.7"}), Claim::kWrong);
  EXPECT_EQ(Look(&first_, password, kNow, {.address = "127.0.0.1", .websocket = true}),
            Claim::kWrong);
  Origin with_certificate{.address = "127.0.0.1"};
  with_certificate.certificate.emplace().id = "of a device";
  EXPECT_EQ(Look(&first_, password, kNow, with_certificate), Claim::kWrong);
}

TEST_F(TicketsTest, LetInForHalfAMinute) {
  const std::string password = Password(Ticket("a"));
  EXPECT_EQ(Look(&first_, password, kNow + 30), Claim::kFresh);
  EXPECT_EQ(Look(&first_, password, kNow + 31), Claim::kSpent);
  EXPECT_EQ(Look(&first_, password, kNow - 30), Claim::kFresh);
  EXPECT_EQ(Look(&first_, password, kNow - 31), Claim::kSpent);
}

TEST_F(TicketsTest, LetInOneConnectionAndOnce) {
  const std::string password = Password(Ticket("a"));
  tickets_.Take(&first_, Ticket("a"), kNow);
  EXPECT_EQ(Look(&second_, password), Claim::kSpent);
  EXPECT_EQ(Look(&second_, Password(Ticket("b"))), Claim::kFresh);
  tickets_.Forget(&first_);
  EXPECT_EQ(Look(&first_, password), Claim::kSpent);
  // Used ones are forgotten when they are too old by themselves.
  tickets_.Take(&second_, Ticket("b"), kNow + 60);
  EXPECT_EQ(Look(&first_, password), Claim::kSpent);
  tickets_.Take(&second_, Ticket("c"), kNow + 61);
  EXPECT_EQ(Look(&first_, password, kNow + 61), Claim::kSpent);
}

TEST_F(TicketsTest, OfAConnectionThatStandsHoldHoweverOldTheyAre) {
  const std::string password = Password(Ticket("a"));
  tickets_.Take(&first_, Ticket("a"), kNow);
  EXPECT_EQ(Look(&first_, password, kNow + 86'400), Claim::kStanding);
  EXPECT_EQ(Look(&first_, Password(Ticket("b")), kNow + 86'400), Claim::kSpent);
  tickets_.Forget(&first_);
  EXPECT_EQ(Look(&first_, password, kNow + 86'400), Claim::kSpent);
}

TEST_F(TicketsTest, OfASessionOlderThanTheBrokerLetNobodyIn) {
  EXPECT_EQ(Look(&first_, Password(Ticket("a")), kNow, {.address = ""}), Claim::kSpent);
  EXPECT_EQ(Look(&first_, "", kNow, {.address = ""}), Claim::kSpent);
}

}  // namespace
}  // namespace plugin
