#include "policy/registry_entry.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace policy {
namespace {

std::string ThingRefusal(absl::string_view text) {
  return std::string(ParseThing("t", text).status().message());
}
std::string CertificateRefusal(absl::string_view text) {
  return std::string(ParseCertificate("c", text).status().message());
}

TEST(RegistryEntry, AThingIsReadAsItIsPrinted) {
  const Thing thing{"lamp1", "lamp", {{"floor", "1"}, {"room", "hall"}}, "by the \"door\""};
  const std::string text = PrintThing(thing);
  EXPECT_EQ(text, R"({
  "description": "by the \"door\"",
  "thingTypeName": "lamp",
  "attributes": {
    "floor": "1",
    "room": "hall"
  }
}
)");
  const auto again = ParseThing("lamp1", text);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->type_name, "lamp");
  EXPECT_EQ(again->attributes, thing.attributes);
  EXPECT_EQ(again->description, thing.description);
  EXPECT_EQ(PrintThing(Thing{}), "{}\n");
  EXPECT_TRUE(ParseThing("x", "{}\n").ok());
}

TEST(RegistryEntry, ACertificateIsReadAsItIsPrinted) {
  Certificate entry;
  entry.status = CertificateStatus::kActive;
  entry.things = {{"a", {}}, {"b", {}}};
  const std::string text = PrintCertificate(entry);
  EXPECT_EQ(text, R"({
  "status": "ACTIVE",
  "things": [
    "a",
    "b"
  ],
  "policies": []
}
)");
  const auto again = ParseCertificate("c", text);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(again->active());
  ASSERT_EQ(again->things.size(), 2u);
  EXPECT_EQ(again->things[1].name, "b");
  EXPECT_EQ(PlaceText(again->things[1].place), "5:5");
  EXPECT_FALSE(ParseCertificate("c", R"({"status": "INACTIVE"})")->active());
}

TEST(RegistryEntry, MistakesInAThingAreNamed) {
  EXPECT_EQ(ThingRefusal("[]"), "1:1: a thing must be an object, not a list");
  EXPECT_EQ(ThingRefusal("{\n \"thingType\": \"x\"}"), "2:2: a thing cannot have \"thingType\"");
  EXPECT_EQ(ThingRefusal(R"({"thingTypeName": "a b"})").substr(0, 6), "1:19: ");
  EXPECT_EQ(ThingRefusal(R"({"attributes": []})"),
            "1:16: \"attributes\" must be an object, not a list");
  EXPECT_EQ(ThingRefusal(R"({"attributes": {"a b": "x"}})").substr(0, 6), "1:17: ");
  EXPECT_EQ(ThingRefusal(R"({"attributes": {"a": "ü"}})").substr(0, 6), "1:22: ");
  EXPECT_EQ(ThingRefusal(R"({"attributes": {"a": 1}})"),
            "1:22: an attribute's value must be a string, not a number");
  std::string many = "{\"attributes\": {";
  for (int i = 0; i < 51; ++i) absl::StrAppend(&many, i > 0 ? "," : "", "\"a", i, "\": \"\"");
  EXPECT_EQ(ThingRefusal(many + "}}"), "1:16: a thing has at most 50 attributes");
}

TEST(RegistryEntry, MistakesInACertificateAreNamed) {
  EXPECT_EQ(CertificateRefusal("{}"), "1:1: \"status\" must be \"ACTIVE\" or \"INACTIVE\"");
  EXPECT_EQ(CertificateRefusal(R"({"status": "active"})"),
            "1:12: \"status\" must be \"ACTIVE\" or \"INACTIVE\"");
  EXPECT_EQ(CertificateRefusal(R"({"status": "ACTIVE", "thing": "x"})"),
            "1:22: a certificate cannot have \"thing\"");
  EXPECT_EQ(CertificateRefusal(R"({"status": "ACTIVE", "things": "x"})"),
            "1:32: \"things\" must be a list, not a string");
  EXPECT_EQ(CertificateRefusal(R"({"status": "ACTIVE", "things": [1]})"),
            "1:33: a name in \"things\" must be a string, not a number");
  EXPECT_EQ(CertificateRefusal(R"({"status": "ACTIVE", "policies": ["p", "p"]})"),
            "1:40: \"p\" stands twice in \"policies\"");
  std::string many = R"({"status": "ACTIVE", "policies": [)";
  for (int i = 0; i < 11; ++i) absl::StrAppend(&many, i > 0 ? "," : "", "\"p", i, "\"");
  EXPECT_EQ(CertificateRefusal(many + "]}"), "1:34: a certificate has at most 10 policies");
}

TEST(RegistryEntry, ACertificateIdIsAHashInHex) {
  EXPECT_TRUE(IsCertificateId(std::string(64, 'a')));
  EXPECT_FALSE(IsCertificateId(std::string(63, 'a')));
  EXPECT_FALSE(IsCertificateId(std::string(64, 'A')));
  EXPECT_FALSE(IsCertificateId(std::string(64, 'g')));
}

}  // namespace
}  // namespace policy
