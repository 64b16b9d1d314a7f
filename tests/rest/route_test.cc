#include "rest/route.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "rest/permission.h"

namespace rest {
namespace {

using testing::ElementsAre;
using testing::Pair;

std::variant<Operation, Error> Routed(absl::string_view method, absl::string_view target,
                                      std::vector<Header> headers = {}) {
  const auto parsed = ParseTarget(target);
  EXPECT_TRUE(parsed) << target;
  return Route({.method = method, .target = target, .headers = std::move(headers), .body = {}},
               *parsed);
}

template <class Wanted>
Wanted Expect(const std::variant<Operation, Error>& routed) {
  const auto* operation = std::get_if<Operation>(&routed);
  if (operation == nullptr || !std::holds_alternative<Wanted>(*operation)) {
    ADD_FAILURE() << "another operation, or none";
    return {};
  }
  return std::get<Wanted>(*operation);
}

int StatusOf(const std::variant<Operation, Error>& routed) {
  const auto* error = std::get_if<Error>(&routed);
  return error == nullptr ? 200 : error->status;
}

TEST(Route, Shadows) {
  using shadow::Operation;
  EXPECT_EQ(Expect<ShadowRequest>(Routed("GET", "/things/T1/shadow")),
            (ShadowRequest{Operation::kGet, "T1", ""}));
  EXPECT_EQ(Expect<ShadowRequest>(Routed("HEAD", "/things/T1/shadow?other=1")),
            (ShadowRequest{Operation::kGet, "T1", ""}));
  EXPECT_EQ(Expect<ShadowRequest>(Routed("POST", "/things/a%3Ab/shadow?name=S1")),
            (ShadowRequest{Operation::kUpdate, "a:b", "S1"}));
  EXPECT_EQ(Expect<ShadowRequest>(Routed("DELETE", "/things/T1/shadow?name=%24package")),
            (ShadowRequest{Operation::kDelete, "T1", "$package"}));
  EXPECT_EQ(StatusOf(Routed("GET", "/things/T1/shadow?name=")), 400);
  EXPECT_EQ(StatusOf(Routed("GET", "/things/T1/shadow?name=a&name=b")), 400);
  EXPECT_EQ(StatusOf(Routed("GET", "/things/T%2F1/shadow")), 400);
  EXPECT_EQ(StatusOf(Routed("PUT", "/things/T1/shadow")), 405);
  EXPECT_EQ(StatusOf(Routed("get", "/things/T1/shadow")), 405);
}

TEST(Route, Lists) {
  constexpr absl::string_view kPath = "/api/things/shadow/ListNamedShadowsForThing/T1";
  EXPECT_EQ(Expect<ListNamedShadows>(Routed("GET", kPath)),
            (ListNamedShadows{"T1", kPageSizeDefault, ""}));
  const std::string next = absl::StrCat(kPath, "?pageSize=100&nextToken=", PageToken("s1"));
  EXPECT_EQ(Expect<ListNamedShadows>(Routed("GET", next)), (ListNamedShadows{"T1", 100, "s1"}));
  for (const absl::string_view query :
       {"?pageSize=0", "?pageSize=101", "?pageSize=", "?pageSize=+1", "?pageSize=1x",
        "?nextToken=s1", "?nextToken=!", "?pageSize=1&pageSize=1"}) {
    EXPECT_EQ(StatusOf(Routed("GET", absl::StrCat(kPath, query))), 400) << query;
  }
  EXPECT_EQ(StatusOf(Routed("GET", absl::StrCat(kPath, "?nextToken=", PageToken("a/b")))), 400);
  EXPECT_EQ(StatusOf(Routed("POST", kPath)), 405);
}

TEST(Route, Publish) {
  const auto plain = Expect<Publish>(Routed("POST", "/topics/a/b%2Fc?qos=1&retain=TRUE"));
  EXPECT_EQ(plain.topic, "a/b/c");
  EXPECT_EQ(plain.qos, 1);
  EXPECT_TRUE(plain.retain);

  const std::string properties = absl::Base64Escape(R"([{"k":"v"},{"k":"w"}])");
  const auto full =
      Expect<Publish>(Routed("POST", "/topics/t?contentType=a%2Fb&responseTopic=r&messageExpiry=5",
                             {{"X-Amz-Mqtt5-User-Properties", properties},
                              {"x-amz-mqtt5-payload-format-indicator", "UTF8_DATA"},
                              {"x-amz-mqtt5-correlation-data", absl::Base64Escape("c")}}));
  EXPECT_EQ(full.content_type, "a/b");
  EXPECT_EQ(full.response_topic, "r");
  EXPECT_EQ(full.expiry_seconds, 5u);
  EXPECT_EQ(full.payload_is_utf8, true);
  EXPECT_EQ(full.correlation_data, "c");
  EXPECT_THAT(full.user_properties, ElementsAre(Pair("k", "v"), Pair("k", "w")));

  for (const absl::string_view target :
       {"/topics/a%2B", "/topics/%23", "/topics/", "/topics/a%00", "/topics/%ff", "/topics/a%01",
        "/topics/a%7f", "/topics/a%C2%85", "/topics/a%EF%BF%BF", "/topics/a?contentType=%0a",
        "/topics/a?contentType=%EF%B7%90", "/topics/a?responseTopic=a%1b", "/topics/a?qos=2",
        "/topics/a?retain=1", "/topics/a?messageExpiry=x", "/topics/a?responseTopic=%2B"}) {
    EXPECT_EQ(StatusOf(Routed("POST", target)), 400) << target;
  }
  for (const std::string& bad : {std::string("x"), absl::Base64Escape("{}"),
                                 absl::Base64Escape(R"([{"k":1}])"), absl::Base64Escape("[1]")}) {
    EXPECT_EQ(StatusOf(Routed("POST", "/topics/a", {{"x-amz-mqtt5-user-properties", bad}})), 400);
  }
  EXPECT_EQ(StatusOf(Routed("GET", "/topics/a")), 405);
}

TEST(Route, RetainedAndConnections) {
  EXPECT_EQ(Expect<GetRetained>(Routed("GET", "/retainedMessage/a%2Fb")).topic, "a/b");
  EXPECT_EQ(Expect<ListRetained>(Routed("GET", "/retainedMessage?maxResults=200")).results_max,
            200u);
  EXPECT_EQ(StatusOf(Routed("GET", "/retainedMessage?maxResults=201")), 400);
  EXPECT_EQ(Expect<Disconnect>(Routed("DELETE", "/connections/a%2Fb?cleanSession=false")),
            (Disconnect{"a/b"}));
  EXPECT_EQ(StatusOf(Routed("DELETE", "/connections/%24a")), 400);
  EXPECT_TRUE(
      Expect<Disconnect>(Routed("DELETE", "/connections/a?preventWillMessage=true")).prevent_will);
  EXPECT_EQ(Expect<Disconnect>(Routed("DELETE", "/connections/a?cleanSession=true")),
            (Disconnect{"a", false, true}));
  EXPECT_EQ(StatusOf(Routed("DELETE", "/connections/a?preventWillMessage=1")), 400);
  EXPECT_EQ(StatusOf(Routed("GET", "/connections/a")), 405);
}

TEST(Route, NothingElse) {
  for (const absl::string_view target :
       {"/", "/things", "/things/a", "/things/a/shadow/", "//things/a/shadow", "/topics",
        "/Things/a/shadow", "/connections/a/messages", "/api/things/shadow", "/_shadow",
        "/_shadow/v2/changes", "/_shadow/v1/things/a", "/_shadow/v1/things/a/versions/1/2"}) {
    EXPECT_EQ(StatusOf(Routed("GET", target)), 404) << target;
  }
}

TEST(Route, APathHasTheMethodsOfItsRoutes) {
  const std::pair<absl::string_view, absl::string_view> kAllowed[] = {
      {"/things/a/shadow", "GET, HEAD, POST, DELETE"},
      {"/api/things/shadow/ListNamedShadowsForThing/a", "GET, HEAD"},
      {"/topics/a/b", "POST"},
      {"/retainedMessage/a/b", "GET, HEAD"},
      {"/retainedMessage", "GET, HEAD"},
      {"/connections/a", "DELETE"},
      {"/_shadow/v1/things/a/history", "GET, HEAD, DELETE"},
      {"/_shadow/v1/things/a/versions", "GET, HEAD"},
      {"/_shadow/v1/things/a/versions/1", "GET, HEAD"},
      {"/_shadow/v1/things/a/restore", "POST"},
      {"/_shadow/v1/changes", "GET, HEAD"},
  };
  for (const auto& [path, methods] : kAllowed) {
    const auto routed = Routed("PUT", path);
    ASSERT_EQ(StatusOf(routed), 405) << path;
    EXPECT_EQ(std::get<Error>(routed).allow, methods) << path;
  }
}

TEST(Permission, IsWhatJ11Says) {
  const auto of = [](Operation operation) {
    std::vector<std::string> all;
    for (const Permission& one : PermissionsFor(operation)) {
      all.push_back(absl::StrCat(policy::ActionName(one.action), " ", one.name));
    }
    return all;
  };
  EXPECT_THAT(of(ShadowRequest{shadow::Operation::kGet, "T", ""}),
              ElementsAre("iot:GetThingShadow T"));
  EXPECT_THAT(of(ShadowRequest{shadow::Operation::kUpdate, "T", "S"}),
              ElementsAre("iot:UpdateThingShadow T/S"));
  EXPECT_THAT(of(ShadowRequest{shadow::Operation::kDelete, "T", "S"}),
              ElementsAre("iot:DeleteThingShadow T/S"));
  EXPECT_THAT(of(ListNamedShadows{"T", 1, ""}), ElementsAre("iot:ListNamedShadowsForThing T"));
  Publish publish{.topic = "a"};
  EXPECT_THAT(of(publish), ElementsAre("iot:Publish a"));
  publish.retain = true;
  EXPECT_THAT(of(publish), ElementsAre("iot:Publish a", "iot:RetainPublish a"));
  EXPECT_THAT(of(Disconnect{"c"}), ElementsAre("iot:DeleteConnection c"));
}

}  // namespace
}  // namespace rest
