#include "service/websocket/handshake.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/match.h"

namespace service {
namespace {

using testing::HasSubstr;

// A good handshake, but for the headers that are given: those replace it, and empty ones are left
// out.
class HandshakeTest : public testing::Test {
 protected:
  static rest::Request RequestWith(const std::vector<rest::Header>& changed) {
    rest::Request request{.method = "GET",
                          .target = "/mqtt",
                          .headers = {{"Upgrade", "websocket"},
                                      {"Connection", "Upgrade"},
                                      {"Sec-WebSocket-Version", "13"},
                                      {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
                                      {"Sec-WebSocket-Protocol", "mqtt"}},
                          .body = {}};
    for (const rest::Header& change : changed) {
      for (rest::Header& header : request.headers) {
        if (header.name == change.name) header.value = change.value;
      }
    }
    std::erase_if(request.headers, [](const rest::Header& header) { return header.value.empty(); });
    return request;
  }

  static std::string FaultOf(const std::vector<rest::Header>& changed) {
    const auto read = ReadHandshake(RequestWith(changed));
    const auto* const error = std::get_if<rest::Error>(&read);
    EXPECT_TRUE(error == nullptr || error->status == 400);
    return error == nullptr ? "" : error->message_json;
  }

  static Handshake Read(const std::vector<rest::Header>& changed) {
    const auto read = ReadHandshake(RequestWith(changed));
    const auto* const handshake = std::get_if<Handshake>(&read);
    EXPECT_NE(handshake, nullptr);
    return handshake == nullptr ? Handshake{} : *handshake;
  }
};

TEST_F(HandshakeTest, IsAnsweredAsTheStandardSays) {
  EXPECT_EQ(HandshakeAnswer(Read({})),
            "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
            "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            "sec-websocket-protocol: mqtt\r\n\r\n");
}

TEST_F(HandshakeTest, TakesAProtocolThatIsOfferedAndMqttIfItIsAmongThem) {
  EXPECT_EQ(Read({{"Sec-WebSocket-Protocol", "mqttv3.1"}}).protocol, "mqttv3.1");
  EXPECT_EQ(Read({{"Sec-WebSocket-Protocol", "mqttv3.1, mqtt"}}).protocol, "mqtt");
  EXPECT_EQ(Read({{"Sec-WebSocket-Protocol", "chat,mqtt"}}).protocol, "mqtt");
}

TEST_F(HandshakeTest, TakesWordsAmongOthersAndInAnyCase) {
  EXPECT_EQ(FaultOf({{"Connection", "keep-alive, Upgrade"}, {"Upgrade", "WebSocket"}}), "");
}

TEST_F(HandshakeTest, TakesALongKey) {
  const std::string longest(kWebSocketKeyBytesMax, 'a');
  EXPECT_EQ(FaultOf({{"Sec-WebSocket-Key", longest}}), "");
  const std::string longer = longest + "a";
  EXPECT_THAT(FaultOf({{"Sec-WebSocket-Key", longer}}), HasSubstr("1 to 256 characters"));
  EXPECT_THAT(FaultOf({{"Sec-WebSocket-Key", ""}}), HasSubstr("Sec-WebSocket-Key"));
  EXPECT_THAT(FaultOf({{"Sec-WebSocket-Key", "a b"}}), HasSubstr("Sec-WebSocket-Key"));
}

TEST_F(HandshakeTest, NamesWhatIsMissing) {
  EXPECT_THAT(FaultOf({{"Upgrade", ""}}), HasSubstr("Upgrade: websocket"));
  EXPECT_THAT(FaultOf({{"Upgrade", "h2c"}}), HasSubstr("Upgrade: websocket"));
  EXPECT_THAT(FaultOf({{"Connection", "keep-alive"}}), HasSubstr("Connection: Upgrade"));
  EXPECT_THAT(FaultOf({{"Sec-WebSocket-Version", "8"}}), HasSubstr("must be 13"));
  EXPECT_THAT(FaultOf({{"Sec-WebSocket-Protocol", ""}}), HasSubstr("mqtt or mqttv3.1"));
  EXPECT_THAT(FaultOf({{"Sec-WebSocket-Protocol", "chat"}}), HasSubstr("mqtt or mqttv3.1"));
}

TEST_F(HandshakeTest, APageNeedsNoProtocolAndGetsNone) {
  const auto read = ReadPageHandshake(RequestWith({{"Sec-WebSocket-Protocol", ""}}));
  const auto* const handshake = std::get_if<Handshake>(&read);
  ASSERT_NE(handshake, nullptr);
  EXPECT_EQ(handshake->accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  const std::string answer = HandshakeAnswer(*handshake);
  EXPECT_FALSE(absl::StrContains(answer, "protocol"));
  EXPECT_TRUE(absl::EndsWith(answer, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"));
}

TEST_F(HandshakeTest, APageIsOfThisVeryOrigin) {
  const auto status_of = [](absl::string_view host, std::vector<absl::string_view> origins) {
    rest::Request request = RequestWith({});
    if (!host.empty()) request.headers.push_back({"Host", host});
    for (const absl::string_view origin : origins) request.headers.push_back({"Origin", origin});
    const auto read = ReadPageHandshake(request);
    const auto* const error = std::get_if<rest::Error>(&read);
    return error == nullptr ? 101 : error->status;
  };
  EXPECT_EQ(status_of("localhost:8088", {}), 101);
  EXPECT_EQ(status_of("localhost:8088", {"http://localhost:8088"}), 101);
  EXPECT_EQ(status_of("Console.example", {"https://console.example"}), 101);
  for (const char* const origin :
       {"null", "", "localhost:8088", "http://localhost", "http://localhost:80",
        "http://evil.example", "ftp://localhost:8088", "http://localhost:8088/",
        "http://localhost:8088.evil.example"}) {
    EXPECT_EQ(status_of("localhost:8088", {origin}), 403) << origin;
  }
  EXPECT_EQ(status_of("localhost:8088", {"http://localhost:8088", "http://evil.example"}), 403);
  EXPECT_EQ(status_of("", {"http://"}), 403);
}

}  // namespace
}  // namespace service
