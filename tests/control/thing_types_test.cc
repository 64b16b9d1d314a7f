#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/control/account_in_memory.h"

namespace control {
namespace {

using policy::RegistryPart;
using testing::HasSubstr;
using testing::StartsWith;

constexpr absl::string_view kProperties =
    R"({"thingTypeProperties":{"thingTypeDescription":"light","searchableAttributes":["w","m"],)"
    R"("mqtt5Configuration":{"propagatingAttributes":[)"
    R"({"userPropertyKey":"room","thingAttribute":"room"},)"
    R"({"userPropertyKey":"ip","connectionAttribute":"iot:ClientId"}]}}})";
constexpr absl::string_view kIds =
    R"({"thingTypeName":"bulb","thingTypeArn":"arn:aws:iot:us-east-1:000000000000:thingtype/bulb",)"
    R"("thingTypeId":"00000000-0000-4000-8000-000000000001")";

class ControlThingTypes : public testing::Test {
 protected:
  std::string Create(absl::string_view body = "") {
    return account_.Refusal("POST", "/thing-types/bulb", body);
  }
  std::string Describe() { return account_.Get("GET", "/thing-types/bulb"); }
  std::string Deprecate(absl::string_view body = "") {
    return account_.Refusal("POST", "/thing-types/bulb/deprecate", body);
  }
  std::string Delete() { return account_.Refusal("DELETE", "/thing-types/bulb"); }

  AccountInMemory account_;
};

TEST_F(ControlThingTypes, AreMadeAndDescribed) {
  EXPECT_EQ(account_.Get("POST", "/thing-types/bulb", kProperties), absl::StrCat(kIds, "}"));
  EXPECT_EQ(Describe(),
            absl::StrCat(kIds, R"(,"thingTypeProperties":{"thingTypeDescription":"light",)"
                               R"("searchableAttributes":["w","m"],"mqtt5Configuration":)"
                               R"({"propagatingAttributes":[{"userPropertyKey":"room",)"
                               R"("thingAttribute":"room"},{"userPropertyKey":"ip",)"
                               R"("connectionAttribute":"iot:ClientId"}]}},)"
                               R"("thingTypeMetadata":{"deprecated":false,)"
                               R"("creationDate":1764417600.123}})"));
  EXPECT_EQ(account_.Refusal("GET", "/thing-types/other"),
            "404 ResourceNotFoundException: Thing type other does not exist in your account");
}

TEST_F(ControlThingTypes, OfNothingButANameHaveEmptyProperties) {
  EXPECT_EQ(Create(), "200");
  EXPECT_EQ(Describe(),
            absl::StrCat(kIds, R"(,"thingTypeProperties":{},"thingTypeMetadata":)"
                               R"({"deprecated":false,"creationDate":1764417600.123}})"));
}

TEST_F(ControlThingTypes, ThatAreMadeAgainAsTheyAreStaySo) {
  EXPECT_EQ(Create(kProperties), "200");
  const std::string swapped =
      absl::StrCat(R"({"thingTypeProperties":{"searchableAttributes":["m","w"],)",
                   kProperties.substr(kProperties.find(R"("mqtt5)"), kProperties.size()));
  EXPECT_EQ(account_.Get("POST", "/thing-types/bulb",
                         absl::StrCat(R"({"thingTypeProperties":{"thingTypeDescription":"light",)",
                                      swapped.substr(swapped.find(R"("search)")))),
            absl::StrCat(kIds, "}"));
  for (const std::string& other :
       {std::string(), swapped,
        std::string(R"({"thingTypeProperties":{"thingTypeDescription":"light",)"
                    R"("searchableAttributes":["w","m"]}})")}) {
    const auto reply = account_.Ask("POST", "/thing-types/bulb", other);
    EXPECT_EQ(reply.status, 409);
    EXPECT_EQ(reply.body,
              R"({"message":"Thing Type bulb already exists in current account with different )"
              R"(properties","resourceId":"00000000-0000-4000-8000-000000000001",)"
              R"("resourceArn":"arn:aws:iot:us-east-1:000000000000:thingtype/bulb"})");
  }
}

TEST_F(ControlThingTypes, HaveThreeSearchableAttributesAtMost) {
  EXPECT_EQ(Create(R"({"thingTypeProperties":{"searchableAttributes":["a","b","c","d"]}})"),
            "400 InvalidRequestException: A thing type has at most 3 searchable attributes, not 4");
  EXPECT_THAT(Create(R"({"thingTypeProperties":{"searchableAttributes":["a b"]}})"),
              HasSubstr("Value '[a b]' at 'thingTypeProperties.searchableAttributes'"));
  EXPECT_THAT(Create(R"({"thingTypeProperties":{"thingTypeDescription":"a\nb"}})"),
              HasSubstr("pattern: [\\p{Graph}\\x20]*"));
  EXPECT_THAT(
      Create(R"({"thingTypeProperties":{"mqtt5Configuration":{"propagatingAttributes":[)"
             R"({"userPropertyKey":"a b"}]}}})"),
      HasSubstr("Value 'a b' at "
                "'thingTypeProperties.mqtt5Configuration.propagatingAttributes.userPropertyKey'"));
  EXPECT_THAT(Create(R"({"thingTypeProperties":[]})"),
              HasSubstr("'thingTypeProperties' must be an object"));
}

TEST_F(ControlThingTypes, ChangeInTheirConfigurationOnly) {
  Create(kProperties);
  const auto update = [&](absl::string_view body) {
    return account_.Refusal("PATCH", "/thing-types/bulb", body);
  };
  EXPECT_EQ(update(R"({"thingTypeProperties":{"thingTypeDescription":"x"}})"),
            "400 InvalidRequestException: Can only update mqtt5Configuration.");
  EXPECT_EQ(update(R"({"thingTypeProperties":{"searchableAttributes":[]}})"),
            "400 InvalidRequestException: Can only update mqtt5Configuration.");
  EXPECT_EQ(update("{}"), "200");
  EXPECT_THAT(Describe(), HasSubstr("mqtt5Configuration"));
  EXPECT_EQ(update(R"({"thingTypeProperties":{"mqtt5Configuration":{"propagatingAttributes":[)"
                   R"({"userPropertyKey":"k","thingAttribute":"a"}]}}})"),
            "200");
  EXPECT_THAT(Describe(), HasSubstr(R"("mqtt5Configuration":{"propagatingAttributes":[)"
                                    R"({"userPropertyKey":"k","thingAttribute":"a"}]}})"));
  EXPECT_EQ(update(R"({"thingTypeProperties":{"mqtt5Configuration":{}}})"), "200");
  EXPECT_THAT(Describe(), HasSubstr(R"("thingTypeProperties":{"thingTypeDescription":"light",)"
                                    R"("searchableAttributes":["w","m"]},)"));
  EXPECT_EQ(account_.Refusal("PATCH", "/thing-types/none", "{}"),
            "404 ResourceNotFoundException: Thing type none does not exist in your account");
}

TEST_F(ControlThingTypes, AreDeprecatedAndBack) {
  Create();
  account_.here().now_ms += 1000;
  EXPECT_EQ(Deprecate(), "200");
  account_.here().now_ms += 1000;
  EXPECT_EQ(Deprecate(R"({"undoDeprecate":false})"), "200");
  EXPECT_THAT(Describe(), HasSubstr(R"("thingTypeMetadata":{"deprecated":true,)"
                                    R"("deprecationDate":1764417601.123,)"
                                    R"("creationDate":1764417600.123}})"));
  EXPECT_EQ(Deprecate(R"({"undoDeprecate":true})"), "200");
  EXPECT_EQ(Deprecate(R"({"undoDeprecate":true})"), "200");
  EXPECT_THAT(Describe(), HasSubstr(R"("thingTypeMetadata":{"deprecated":false,)"
                                    R"("creationDate":1764417600.123}})"));
  EXPECT_EQ(account_.Refusal("POST", "/thing-types/none/deprecate"),
            "404 ResourceNotFoundException: Thing type none does not exist in your account");
}

TEST_F(ControlThingTypes, AreDeletedOnceTheyAreDeprecatedAndWithoutThings) {
  EXPECT_EQ(Delete(),
            "404 ResourceNotFoundException: Thing type bulb does not exist in your account");
  Create();
  EXPECT_EQ(Delete(),
            "400 InvalidRequestException: Cannot delete thing type : bulb is not deprecated. "
            "Deprecate it first");
  account_.Get("POST", "/things/t", R"({"thingTypeName":"bulb"})");
  account_.here().deprecation_wait_ms = 300'000;
  Deprecate();
  account_.here().now_ms += 299'999;
  EXPECT_EQ(Delete(),
            "400 InvalidRequestException: Cannot delete thing type : bulb. Please wait for 5 "
            "minutes after deprecation and then retry");
  account_.here().now_ms += 1;
  EXPECT_EQ(Delete(),
            "400 InvalidRequestException: Cannot delete thing type : bulb when there are still "
            "things of it");
  account_.Get("DELETE", "/things/t");
  EXPECT_EQ(Delete(), "200");
  EXPECT_THAT(account_.Refusal("GET", "/thing-types/bulb"), StartsWith("404"));
}

TEST_F(ControlThingTypes, AreListed) {
  Create();
  account_.Write(RegistryPart::kThingTypes, "hand", R"({"description":"by hand"})");
  const std::string bulb =
      R"({"thingTypeName":"bulb","thingTypeArn":"arn:aws:iot:us-east-1:000000000000:thingtype/bulb",)"
      R"("thingTypeProperties":{},"thingTypeMetadata":{"deprecated":false,)"
      R"("creationDate":1764417600.123}})";
  EXPECT_EQ(account_.Get("GET", "/thing-types"),
            absl::StrCat(R"({"thingTypes":[)", bulb, R"(,{"thingTypeName":"hand",)",
                         R"("thingTypeArn":"arn:aws:iot:us-east-1:000000000000:thingtype/hand",)",
                         R"("thingTypeProperties":{"thingTypeDescription":"by hand"},)",
                         R"("thingTypeMetadata":{"deprecated":false}}]})"));
  EXPECT_EQ(account_.Get("GET", "/thing-types?thingTypeName=bulb"),
            absl::StrCat(R"({"thingTypes":[)", bulb, "]}"));
  EXPECT_EQ(account_.Get("GET", "/thing-types?thingTypeName=bul"), R"({"thingTypes":[]})");
  EXPECT_THAT(account_.Get("GET", "/thing-types?maxResults=1"), HasSubstr(R"(],"nextToken":")"));
}

TEST_F(ControlThingTypes, WrittenByHandGetAnIdThatStays) {
  account_.Write(RegistryPart::kThingTypes, "bulb", "{}");
  const std::string described = Describe();
  EXPECT_THAT(described, StartsWith(kIds));
  EXPECT_EQ(Describe(), described);
}

TEST_F(ControlThingTypes, TakeTags) {
  EXPECT_EQ(Create(R"({"tags":[{"Key":"k","Value":"v"}]})"), "200");
  EXPECT_EQ(account_.account().registry().FindThingType("bulb")->tags.at("k"), "v");
}

}  // namespace
}  // namespace control
