#include "identity/ticket.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace identity {
namespace {

constexpr absl::string_view kSecret = "a secret of the link";

const Ticket kTicket = {.access_key_id = "AKIAIOSFODNN7EXAMPLE",
                        .address = "2001:db8::1",
                        .server_name = "shadow.example",
                        .secure = true,
                        .issued_at = 1790596800,
                        .nonce = "000102030405060708090a0b0c0d0e0f"};

TEST(Ticket, HasTheBytesOfThePageAboutTheLink) {
  EXPECT_EQ(WriteTicket(kTicket, kSecret),
            "ticket1,AKIAIOSFODNN7EXAMPLE,2001:db8::1,shadow.example,tls,1790596800,"
            "000102030405060708090a0b0c0d0e0f,"
            "6da07849c47bb394f77ff9cf28e0a8f9dc871c5d93912b0f1ae97706591c434e");
}

TEST(Ticket, IsReadAsItWasWritten) {
  EXPECT_EQ(ReadTicket(WriteTicket(kTicket, kSecret), kSecret), kTicket);
  const Ticket open = {.address = "127.0.0.1", .issued_at = 1, .nonce = NewTicketNonce()};
  EXPECT_EQ(ReadTicket(WriteTicket(open, kSecret), kSecret), open);
}

TEST(Ticket, OfAnotherSecretIsNone) {
  const std::string text = WriteTicket(kTicket, kSecret);
  EXPECT_FALSE(ReadTicket(text, "another"));
  EXPECT_FALSE(ReadTicket(text, ""));
}

TEST(Ticket, InWhichAnythingIsChangedIsNone) {
  const std::string text = WriteTicket(kTicket, kSecret);
  for (size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] ^= 1;
    EXPECT_FALSE(ReadTicket(changed, kSecret)) << changed;
    EXPECT_FALSE(ReadTicket(text.substr(0, i), kSecret));
  }
  for (const absl::string_view none : {"", ",", ",,,,,,,", "password"}) {
    EXPECT_FALSE(ReadTicket(none, kSecret));
  }
}

TEST(Ticket, CannotBeToldOtherwiseByAServerName) {
  Ticket ticket = kTicket;
  for (const std::string& name : {std::string("a,AKIAIOSFODNN7READERS"), std::string("a\nb"),
                                  std::string("a\0b", 3), std::string(300, 'a')}) {
    ticket.server_name = name;
    const auto read = ReadTicket(WriteTicket(ticket, kSecret), kSecret);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->server_name, "");
    EXPECT_EQ(read->access_key_id, kTicket.access_key_id);
  }
}

TEST(Ticket, HasItsOwnNonce) { EXPECT_NE(NewTicketNonce(), NewTicketNonce()); }

}  // namespace
}  // namespace identity
