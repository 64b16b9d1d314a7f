#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/control/account_in_memory.h"

namespace control {
namespace {

using policy::RegistryPart;
using testing::HasSubstr;

constexpr absl::string_view kTypes = "/thing-types/";

class ControlThings : public testing::Test {
 protected:
  std::string Get(absl::string_view method, absl::string_view target, absl::string_view body = "") {
    return account_.Get(method, target, body);
  }
  std::string Refusal(absl::string_view method, absl::string_view target,
                      absl::string_view body = "") {
    return account_.Refusal(method, target, body);
  }
  std::string Attributes(absl::string_view thing) {
    const std::string body = Get("GET", absl::StrCat("/things/", thing));
    const size_t from = body.find("\"attributes\":");
    return body.substr(from, body.find(",\"version\"") - from);
  }

  AccountInMemory account_;
};

TEST_F(ControlThings, AreMadeAndDescribed) {
  Get("POST", absl::StrCat(kTypes, "bulb"));
  EXPECT_EQ(Get("POST", "/things/lamp1",
                R"({"thingTypeName":"bulb","attributePayload":{"attributes":{"b":"2","a":"1",)"
                R"("none":""},"merge":false},"billingGroupName":"bill"})"),
            R"({"thingName":"lamp1","thingArn":"arn:aws:iot:us-east-1:000000000000:thing/lamp1",)"
            R"("thingId":"00000000-0000-4000-8000-000000000002"})");
  EXPECT_EQ(Get("GET", "/things/lamp1"),
            R"({"defaultClientId":"lamp1","thingName":"lamp1",)"
            R"("thingId":"00000000-0000-4000-8000-000000000002",)"
            R"("thingArn":"arn:aws:iot:us-east-1:000000000000:thing/lamp1",)"
            R"("thingTypeName":"bulb","attributes":{"a":"1","b":"2"},"version":1,)"
            R"("billingGroupName":"bill"})");
  Get("POST", "/things/plain");
  EXPECT_EQ(Get("GET", "/things/plain"),
            R"({"defaultClientId":"plain","thingName":"plain",)"
            R"("thingId":"00000000-0000-4000-8000-000000000003",)"
            R"("thingArn":"arn:aws:iot:us-east-1:000000000000:thing/plain",)"
            R"("attributes":{},"version":1})");
  EXPECT_EQ(Refusal("GET", "/things/other"),
            "404 ResourceNotFoundException: Thing other does not exist in your account");
}

TEST_F(ControlThings, ThatAreMadeAgainAsTheyAreStaySo) {
  Get("POST", absl::StrCat(kTypes, "bulb"));
  const std::string same =
      R"({"thingTypeName":"bulb","attributePayload":{"attributes":{"a":"1"}}})";
  const std::string made = Get("POST", "/things/lamp1", same);
  EXPECT_EQ(Get("POST", "/things/lamp1", same), made);
  const auto again = [&](absl::string_view body) {
    return account_.Ask("POST", "/things/lamp1", body);
  };
  for (const char* const other :
       {R"({"attributePayload":{"attributes":{"a":"1"}}})", R"({"thingTypeName":"bulb"})",
        R"({"thingTypeName":"bulb","attributePayload":{"attributes":{"a":"2"}}})",
        R"({"thingTypeName":"unknown","attributePayload":{"attributes":{"a":"1"}}})",
        R"({"thingTypeName":"bulb","attributePayload":{"attributes":{"a":"1"}},)"
        R"("billingGroupName":"x"})"}) {
    const auto reply = again(other);
    EXPECT_EQ(reply.status, 409);
    EXPECT_EQ(reply.error, "ResourceAlreadyExistsException");
    EXPECT_EQ(reply.body,
              R"({"message":"Thing lamp1 already exists in account with different attributes",)"
              R"("resourceId":"00000000-0000-4000-8000-000000000002",)"
              R"("resourceArn":"arn:aws:iot:us-east-1:000000000000:thing/lamp1"})");
  }
  // As it is now, not as it was made.
  Get("PATCH", "/things/lamp1", R"({"attributePayload":{"attributes":{"a":"2"}}})");
  EXPECT_EQ(again(same).status, 409);
  EXPECT_EQ(again(R"({"thingTypeName":"bulb","attributePayload":{"attributes":{"a":"2"}}})").body,
            made);
  // Its type may be deprecated meanwhile.
  Get("POST", "/thing-types/bulb/deprecate");
  EXPECT_EQ(again(R"({"thingTypeName":"bulb","attributePayload":{"attributes":{"a":"2"}}})").body,
            made);
}

TEST_F(ControlThings, HaveATypeThatIsThereAndNotDeprecated) {
  EXPECT_EQ(Refusal("POST", "/things/lamp1", R"({"thingTypeName":"bulb"})"),
            "404 ResourceNotFoundException: Thing type bulb does not exist in your account");
  Get("POST", "/things/lamp1");
  EXPECT_EQ(Refusal("PATCH", "/things/lamp1", R"({"thingTypeName":"bulb"})"),
            "404 ResourceNotFoundException: Thing type bulb does not exist in your account");
  Get("POST", absl::StrCat(kTypes, "bulb"));
  Get("POST", absl::StrCat(kTypes, "bulb/deprecate"));
  const std::string deprecated =
      "400 InvalidRequestException: Thing type bulb is deprecated: no more things can be given it";
  EXPECT_EQ(Refusal("POST", "/things/lamp2", R"({"thingTypeName":"bulb"})"), deprecated);
  EXPECT_EQ(Refusal("PATCH", "/things/lamp1", R"({"thingTypeName":"bulb"})"), deprecated);
}

TEST_F(ControlThings, HaveAsManyAttributesAsAwsLetsThem) {
  Get("POST", absl::StrCat(kTypes, "bulb"));
  const auto body = [](int count, absl::string_view more) {
    std::string attributes;
    for (int i = 0; i < count; ++i) {
      absl::StrAppend(&attributes, i == 0 ? "" : ",", "\"a", i, "\":\"1\"");
    }
    return absl::StrCat(R"({"attributePayload":{"attributes":{)", attributes, "}}", more, "}");
  };
  Get("POST", "/things/lamp3", body(3, ""));
  EXPECT_EQ(Refusal("POST", "/things/lamp4", body(4, "")),
            "400 InvalidRequestException: A thing without a type has at most 3 attributes, not 4");
  Get("POST", "/things/lamp50", body(50, R"(,"thingTypeName":"bulb")"));
  EXPECT_EQ(Refusal("POST", "/things/lamp51", body(51, R"(,"thingTypeName":"bulb")")),
            "400 InvalidRequestException: A thing has at most 50 attributes, not 51");
  EXPECT_EQ(Refusal("PATCH", "/things/lamp3",
                    R"({"attributePayload":{"attributes":{"more":"1"},"merge":true}})"),
            "400 InvalidRequestException: A thing without a type has at most 3 attributes, not 4");
  EXPECT_EQ(Refusal("PATCH", "/things/lamp50", R"({"removeThingType":true})"),
            "400 InvalidRequestException: A thing without a type has at most 3 attributes, not 50");
}

TEST_F(ControlThings, AnUpdateReplacesOrMergesAttributes) {
  const auto update = [&](absl::string_view payload) {
    EXPECT_EQ(Get("PATCH", "/things/t", absl::StrCat(R"({"attributePayload":)", payload, "}")), "");
    return Attributes("t");
  };
  Get("POST", "/things/t", R"({"attributePayload":{"attributes":{"a":"1","b":"2"}}})");
  EXPECT_EQ(update(R"({"attributes":{"b":"3","c":"4"},"merge":true})"),
            R"("attributes":{"a":"1","b":"3","c":"4"})");
  EXPECT_EQ(update(R"({"attributes":{"a":""},"merge":true})"), R"("attributes":{"b":"3","c":"4"})");
  EXPECT_EQ(update(R"({"attributes":{"d":"5","b":""}})"), R"("attributes":{"d":"5"})");
  EXPECT_EQ(update(R"({"merge":true})"), R"("attributes":{"d":"5"})");
  EXPECT_EQ(update(R"({"attributes":{},"merge":true})"), R"("attributes":{"d":"5"})");
  EXPECT_EQ(update(R"({"attributes":{}})"), R"("attributes":{})");
}

TEST_F(ControlThings, EachUpdateCountsInTheVersion) {
  Get("POST", absl::StrCat(kTypes, "bulb"));
  Get("POST", "/things/t");
  Get("PATCH", "/things/t", R"({"thingTypeName":"bulb","expectedVersion":1})");
  Get("PATCH", "/things/t", "{}");
  EXPECT_THAT(Get("GET", "/things/t"),
              HasSubstr(R"("thingTypeName":"bulb","attributes":{},"version":3})"));
  EXPECT_EQ(Refusal("PATCH", "/things/t", R"({"removeThingType":true,"expectedVersion":2})"),
            "409 VersionConflictException: The version for thing t does not match the expected "
            "version.");
  EXPECT_EQ(Refusal("DELETE", "/things/t?expectedVersion=2"),
            "409 VersionConflictException: The version for thing t does not match the expected "
            "version.");
  Get("PATCH", "/things/t", R"({"removeThingType":true,"expectedVersion":3})");
  EXPECT_THAT(Get("GET", "/things/t"), HasSubstr(R"(thing/t","attributes":{},"version":4})"));
  EXPECT_EQ(Refusal("PATCH", "/things/t", R"({"removeThingType":true,"thingTypeName":"bulb"})"),
            "400 InvalidRequestException: removeThingType and thingTypeName cannot be given "
            "together");
  EXPECT_EQ(Refusal("PATCH", "/things/none", "{}"),
            "404 ResourceNotFoundException: Thing none does not exist in your account");
}

TEST_F(ControlThings, AreDeletedOnceNothingIsAttached) {
  EXPECT_EQ(Get("DELETE", "/things/none"), "");
  Get("POST", "/things/t");
  account_.Write(RegistryPart::kCertificates, std::string(64, 'a'),
                 R"({"status":"ACTIVE","things":["t"]})");
  EXPECT_EQ(Refusal("DELETE", "/things/t"),
            "400 InvalidRequestException: Cannot delete. Thing t is still attached to one or more "
            "principals");
  account_.Write(RegistryPart::kCertificates, std::string(64, 'a'), R"({"status":"ACTIVE"})");
  EXPECT_EQ(Get("DELETE", "/things/t?expectedVersion=1"), "");
  EXPECT_THAT(Refusal("GET", "/things/t"), HasSubstr("404"));
}

TEST_F(ControlThings, WrittenByHandGetAnIdThatStays) {
  account_.Write(RegistryPart::kThings, "hand", R"({"attributes":{"a":"1"}})");
  const std::string described = Get("GET", "/things/hand");
  EXPECT_EQ(described, R"({"defaultClientId":"hand","thingName":"hand",)"
                       R"("thingId":"00000000-0000-4000-8000-000000000001",)"
                       R"("thingArn":"arn:aws:iot:us-east-1:000000000000:thing/hand",)"
                       R"("attributes":{"a":"1"},"version":1})");
  EXPECT_EQ(Get("GET", "/things/hand"), described);
  EXPECT_EQ(account_.account().registry().FindThing("hand")->created, account_.here().now_ms);
  account_.Write(RegistryPart::kThings, "other", "{}");
  EXPECT_THAT(Get("POST", "/things/other"), HasSubstr("000000000002"));
  EXPECT_THAT(Get("GET", "/things/other"), HasSubstr("000000000002"));
}

TEST_F(ControlThings, WhatIsWrongWithMembersIsTold) {
  EXPECT_EQ(Refusal("POST", "/things/a%20b",
                    R"({"thingTypeName":"x y","attributePayload":{"attributes":{"a b":"c d"}}})"),
            "400 InvalidRequestException: 4 validation errors detected: Value 'a b' at "
            "'thingName' failed to satisfy constraint: Member must satisfy regular expression "
            "pattern: [a-zA-Z0-9:_-]+; Value 'x y' at 'thingTypeName' failed to satisfy "
            "constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9:_-]+; Value "
            "at 'attributePayload.attributes' failed to satisfy constraint: Map keys must satisfy "
            "constraint: [Member must have length less than or equal to 128, Member must have "
            "length greater than or equal to 1, Member must satisfy regular expression pattern: "
            "[a-zA-Z0-9_.,@/:#-]+]; Value at 'attributePayload.attributes' failed to satisfy "
            "constraint: Map value must satisfy constraint: [Member must have length less than or "
            "equal to 800, Member must satisfy regular expression pattern: "
            "[a-zA-Z0-9_.,@/:#=\\[\\]-]*]");
  EXPECT_THAT(Refusal("POST", "/things/t", R"({"attributePayload":"x"})"),
              HasSubstr("'attributePayload' must be an object, not a string"));
  EXPECT_THAT(Refusal("PATCH", "/things/t", R"({"expectedVersion":"1"})"),
              HasSubstr("'expectedVersion' must be a number, not a string"));
}

// The names that a list tells.
std::string Names(const std::string& list) {
  std::string names;
  for (size_t at = 0; (at = list.find("\"thingName\":\"", at)) != std::string::npos;) {
    at += 13;
    absl::StrAppend(&names, names.empty() ? "" : " ", list.substr(at, list.find('"', at) - at));
  }
  return names;
}

class ControlThingList : public ControlThings {
 protected:
  ControlThingList() {
    Get("POST", absl::StrCat(kTypes, "bulb"));
    Get("POST", "/things/c", R"({"attributePayload":{"attributes":{"room":"kitchen"}}})");
    Get("POST", "/things/a", R"({"attributePayload":{"attributes":{"room":"kitten"}}})");
    Get("POST", "/things/b", R"({"thingTypeName":"bulb"})");
  }
  std::string List(absl::string_view query) { return Get("GET", absl::StrCat("/things", query)); }
};

TEST_F(ControlThingList, TellsEachThing) {
  EXPECT_EQ(List(""), R"({"things":[{"thingName":"a",)"
                      R"("thingArn":"arn:aws:iot:us-east-1:000000000000:thing/a",)"
                      R"("attributes":{"room":"kitten"},"version":1},)"
                      R"({"thingName":"b","thingTypeName":"bulb",)"
                      R"("thingArn":"arn:aws:iot:us-east-1:000000000000:thing/b","attributes":{},)"
                      R"("version":1},)"
                      R"({"thingName":"c","thingArn":"arn:aws:iot:us-east-1:000000000000:thing/c",)"
                      R"("attributes":{"room":"kitchen"},"version":1}]})");
}

TEST_F(ControlThingList, IsFiltered) {
  EXPECT_EQ(Names(List("?attributeName=room&attributeValue=kitchen")), "c");
  EXPECT_EQ(Names(List("?attributeName=room&attributeValue=kit")), "");
  EXPECT_EQ(Names(List("?attributeName=room&attributeValue=kit&usePrefixAttributeValue=true")),
            "a c");
  EXPECT_EQ(Names(List("?attributeName=room")), "a c");
  EXPECT_EQ(Names(List("?attributeName=none&attributeValue=x")), "");
  EXPECT_EQ(Names(List("?thingTypeName=bulb")), "b");
  EXPECT_EQ(List("?thingTypeName=none"), R"({"things":[]})");
  EXPECT_EQ(Refusal("GET", "/things?thingTypeName=bulb&attributeName=a&attributeValue=b"),
            "400 InvalidRequestException: Listing things by the combination of attribute and thing "
            "type is not supported");
  EXPECT_EQ(Refusal("GET", "/things?attributeValue=b"),
            "400 InvalidRequestException: attributeValue is of no use without attributeName");
}

// What a list's answer says continues it.
std::string TokenIn(const std::string& list) {
  const size_t at = list.find("\"nextToken\":\"");
  return at == std::string::npos ? "" : list.substr(at + 13, list.find('"', at + 13) - at - 13);
}

TEST_F(ControlThingList, ComesPageByPageWhateverChangesInBetween) {
  const std::string first = List("?maxResults=2");
  EXPECT_EQ(Names(first), "a b");
  Get("DELETE", "/things/b");
  Get("POST", "/things/aa");
  Get("POST", "/things/d");
  const std::string token = TokenIn(first);
  EXPECT_EQ(Names(List(absl::StrCat("?maxResults=2&nextToken=", token))), "c d");
  EXPECT_EQ(TokenIn(List(absl::StrCat("?maxResults=2&nextToken=", token))), "");
  EXPECT_EQ(Names(List("?maxResults=1&attributeName=room")), "a");
  EXPECT_THAT(Refusal("GET", "/things?maxResults=0"),
              HasSubstr("Value '0' at 'maxResults' failed to satisfy constraint"));
}

}  // namespace
}  // namespace control
