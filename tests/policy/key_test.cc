#include "policy/key.h"

#include <gtest/gtest.h>

namespace policy {
namespace {

Values Get(absl::string_view name, const Connection& connection, Action action = Action::kPublish) {
  const auto key = Key::Parse(name);
  EXPECT_TRUE(key.ok()) << key.status();
  return key.ok() ? ValuesOf(*key, connection, action) : Values();
}

std::string One(absl::string_view name, const Connection& connection) {
  const Values values = Get(name, connection);
  return values.size == 1 ? std::string(values.items[0]) : "";
}

TEST(Key, ReadsTheConnection) {
  const Thing thing{"lamp1", "lamp", {{"room", "hall"}}, ""};
  Connection connection;
  connection.client_id = "lamp1";
  connection.source_ip = "10.0.0.1";
  connection.domain_name = "things.example";
  connection.thing = &thing;
  EXPECT_EQ(One("iot:ClientId", connection), "lamp1");
  EXPECT_EQ(One("iot:SourceIp", connection), "10.0.0.1");
  EXPECT_EQ(One("aws:SourceIp", connection), "10.0.0.1");
  EXPECT_EQ(One("iot:DomainName", connection), "things.example");
  EXPECT_EQ(One("aws:SecureTransport", connection), "true");
  EXPECT_EQ(One("iot:Connection.Thing.ThingName", connection), "lamp1");
  EXPECT_EQ(One("iot:Thing.ThingName", connection), "lamp1");
  EXPECT_EQ(One("iot:Connection.Thing.ThingTypeName", connection), "lamp");
  EXPECT_EQ(One("iot:Connection.Thing.IsAttached", connection), "true");
  EXPECT_EQ(One("iot:Connection.Thing.Attributes[room]", connection), "hall");
  EXPECT_EQ(Get("iot:Connection.Thing.Attributes[Room]", connection).size, 0u);
}

TEST(Key, ReadsEveryAttributeOfTheCertificate) {
  constexpr absl::string_view kNames[] = {"DistinguishedNameQualifier",
                                          "Country",
                                          "Organization",
                                          "OrganizationalUnit",
                                          "State",
                                          "CommonName",
                                          "SerialNumber",
                                          "Title",
                                          "Surname",
                                          "GivenName",
                                          "Initials",
                                          "Pseudonym",
                                          "GenerationQualifier"};
  CertificateFacts facts;
  for (size_t i = 0; i < kNameAttributes; ++i) {
    facts.subject[i] = {std::string("s") + std::to_string(i)};
    facts.issuer[i] = {std::string("i") + std::to_string(i)};
  }
  Connection connection;
  connection.certificate = &facts;
  for (size_t i = 0; i < kNameAttributes; ++i) {
    const std::string name(kNames[i]);
    EXPECT_EQ(One("iot:Certificate.Subject." + name, connection), "s" + std::to_string(i));
    EXPECT_EQ(One("iot:Certificate.Issuer." + name, connection), "i" + std::to_string(i));
  }
}

TEST(Key, ReadsEveryAlternativeName) {
  constexpr absl::string_view kNames[] = {"RFC822Name", "DNSName", "DirectoryName",
                                          "UniformResourceIdentifier", "IPAddress"};
  CertificateFacts facts;
  for (size_t i = 0; i < kAlternativeNames; ++i) {
    facts.subject_alternative[i] = {std::to_string(i)};
    facts.issuer_alternative[i] = {std::to_string(i + 10)};
  }
  Connection connection;
  connection.certificate = &facts;
  for (size_t i = 0; i < kAlternativeNames; ++i) {
    const std::string name(kNames[i]);
    EXPECT_EQ(One("iot:Certificate.Subject.AlternativeName." + name, connection),
              std::to_string(i));
    EXPECT_EQ(One("iot:Certificate.Issuer.AlternativeName." + name, connection),
              std::to_string(i + 10));
  }
}

TEST(Key, NamesAreReadWhateverTheirLetterCase) {
  Connection connection;
  connection.client_id = "c";
  EXPECT_EQ(One("IOT:clientID", connection), "c");
}

TEST(Key, ConnectAttributesAndWillExistOnlyWhenConnecting) {
  Connection connection;
  connection.persistent = connection.has_will = true;
  connection.will_topic = "w";
  EXPECT_EQ(Get("iot:ConnectAttributes", connection, Action::kConnect).size, 2u);
  EXPECT_EQ(Get("iot:ConnectAttributes", connection, Action::kPublish).size, 0u);
  EXPECT_EQ(Get("iot:LastWillTopic", connection, Action::kConnect).items[0], "w");
  EXPECT_EQ(Get("iot:LastWillTopic", connection, Action::kSubscribe).size, 0u);
}

TEST(Key, RefusesNamesThatAreNone) {
  for (const auto* const name :
       {"", "iot:", "iot:Nothing", "aws:username", "iot:Certificate.AvailableKeys",
        "iot:Certificate.Subject.CommonName.5", "iot:Certificate.Subject.CommonName.x",
        "iot:Certificate.Subject.CommonName.", "iot:Certificate.Subject.Nothing",
        "iot:Certificate.Subject.AlternativeName.Nothing", "iot:Connection.Thing.Attributes[]",
        "iot:Connection.Thing.Attributes[x"}) {
    EXPECT_FALSE(Key::Parse(name).ok()) << name;
  }
}

TEST(Key, VariablesHaveBounds) {
  const std::string longest(kVariableBytesMax, 'x');
  const std::string longer(kVariableBytesMax + 1, 'x');
  Connection connection;
  const auto key = Key::Parse("iot:ClientId");
  ASSERT_TRUE(key.ok());
  EXPECT_EQ(VariableText(*key, connection), std::nullopt);
  connection.client_id = longest;
  EXPECT_EQ(VariableText(*key, connection), longest);
  connection.client_id = longer;
  EXPECT_EQ(VariableText(*key, connection), std::nullopt);
}

}  // namespace
}  // namespace policy
