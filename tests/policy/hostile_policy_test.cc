// Policies that no person wrote: each is refused with its place or decides something, and nothing
// reads past its text. Runs under the address and undefined-behaviour sanitizers in preset dev.
#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <random>
#include <sstream>

#include "policy/explain.h"
#include "policy/registry_entry.h"
#include "tests/policy/texts.h"

namespace policy {
namespace {

constexpr unsigned kSeeds = 2000;

constexpr absl::string_view kWhole = R"({"Version": "2012-10-17", "Id": "i", "Statement": [
  {"Sid": "s", "Effect": "Allow", "Action": ["iot:Connect", "iot:*Shadow"],
   "Resource": ["*", "arn:aws:iot:us-east-1:123456789012:client/${iot:ClientId}*?${$}"],
   "Condition": {"ForAllValues:StringLike": {"iot:ConnectAttributes": ["Per*", "LastWill"]},
     "DateLessThan": {"aws:CurrentTime": "2026-11-22T10:00:00.5+01:00"},
     "IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "2001:db8::/32"]},
     "NumericEqualsIfExists": {"iot:Connection.Thing.Attributes[a]": 7},
     "Null": {"iot:DomainName": "true"}}},
  {"Effect": "Deny", "Action": "*", "Resource": "arn:aws:iot:::t*/${iot:Certificate.Subject.CommonName.1}",
   "Condition": {"ArnNotLike": {"iot:LastWillTopic": "arn:aws:iot:::topic/a/*"}}}]})";

void Mutate(std::mt19937& random, std::string& text) {
  constexpr absl::string_view kPieces[] = {
      "\"",      "{",  "}",    "[",     "]",    "${",   "*",    "?", ":",       ",",
      "\\u0000", "\\", "null", "1e999", "iot:", "arn:", "\xff", "ä", "IfExists"};
  const size_t place = random() % text.size();
  switch (random() % 4) {
    case 0:
      text[place] = static_cast<char>(random() % 256);
      break;
    case 1:
      text.erase(place, 1 + random() % 12);
      break;
    case 2: {
      const absl::string_view piece = kPieces[random() % std::size(kPieces)];
      text.insert(place, piece.data(), piece.size());
      break;
    }
    default:
      text.insert(place, text.substr(random() % text.size(), random() % 60));
      break;
  }
  if (text.empty()) text = "{";
}

// True if the text was taken.
bool Try(const std::string& text) {
  // A copy of the exact size, so that the address sanitizer sees a read past the end.
  const std::unique_ptr<char[]> exact(new char[text.size()]);
  std::copy(text.begin(), text.end(), exact.get());
  const absl::string_view view(exact.get(), text.size());
  (void)ParseThing("t", view);
  (void)ParseCertificate("c", view);
  const auto document = ParseDocument("p", view);
  if (!document.ok()) {
    EXPECT_NE(document.status().message().find(": "), absl::string_view::npos);
    return false;
  }
  const Document* const policies[] = {&*document};
  Connection connection;
  connection.client_id = "c";
  connection.source_ip = "10.0.0.1";
  connection.persistent = true;
  for (const Action action : AllActions()) {
    const Request request{action, "c/a/b", 1};
    DecisionText(Decide(policies, request, connection), policies);
    for (const Finding& finding : Examine(policies, request, connection)) FindingText(finding);
  }
  return true;
}

TEST(HostilePolicy, TheTextItIsMadeFromIsTaken) { EXPECT_TRUE(Try(std::string(kWhole))); }

TEST(HostilePolicy, IsRefusedOrDecidesWhateverHappenedToIt) {
  int taken = 0;
  for (unsigned seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    std::string text(kWhole);
    for (unsigned i = 1 + random() % 6; i > 0; --i) Mutate(random, text);
    taken += Try(text) ? 1 : 0;
  }
  EXPECT_GT(taken, 0);
}

TEST(HostilePolicy, IsRefusedWhereverItIsCut) {
  for (size_t size = 0; size < kWhole.size(); ++size) {
    EXPECT_FALSE(Try(std::string(kWhole.substr(0, size)))) << size;
  }
}

}  // namespace
}  // namespace policy
