#include "policy/condition.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/policy/texts.h"

namespace policy {
namespace {

// A document that allows to connect under the condition {op: {key: values}}.
std::string Conditional(absl::string_view op, absl::string_view key, absl::string_view values) {
  return absl::StrCat(
      R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iot:Connect",)",
      R"("Resource":"*","Condition":{")", op, R"(":{")", key, R"(":)", values, "}}}}");
}

// Whether the thing's attribute "a" with this value (null: it has none) fulfils the condition.
bool Holds(absl::string_view op, absl::string_view values, const char* attribute) {
  Thing thing;
  thing.name = "t";
  if (attribute != nullptr) thing.attributes["a"] = attribute;
  Connection connection;
  connection.client_id = "t";
  connection.thing = &thing;
  const Document document = Compiled(Conditional(op, "iot:Connection.Thing.Attributes[a]", values));
  return Allowed(document, {Action::kConnect, "t"}, connection);
}

std::string Refused(absl::string_view op, absl::string_view key, absl::string_view values) {
  return RefusalOf(Conditional(op, key, values));
}

TEST(Condition, OneOfSeveralValuesIsEnough) {
  EXPECT_TRUE(Holds("StringEquals", R"(["x","y"])", "y"));
  EXPECT_FALSE(Holds("StringEquals", R"(["x","y"])", "z"));
  EXPECT_FALSE(Holds("StringEquals", "[]", "z"));
}

TEST(Condition, ANegatedOneWantsNoneOfThem) {
  EXPECT_FALSE(Holds("StringNotEquals", R"(["x","y"])", "y"));
  EXPECT_TRUE(Holds("StringNotEquals", R"(["x","y"])", "z"));
  EXPECT_TRUE(Holds("StringNotLike", R"(["x*"])", "y"));
  EXPECT_TRUE(Holds("StringNotEqualsIgnoreCase", R"("X")", "y"));
  EXPECT_FALSE(Holds("StringNotEqualsIgnoreCase", R"("X")", "x"));
}

TEST(Condition, NumbersAreCompared) {
  EXPECT_TRUE(Holds("NumericEquals", "[7]", "7.0"));
  EXPECT_TRUE(Holds("NumericNotEquals", "7", "8"));
  EXPECT_TRUE(Holds("NumericLessThan", R"("7")", "6.9"));
  EXPECT_FALSE(Holds("NumericLessThan", R"("7")", "7"));
  EXPECT_TRUE(Holds("NumericLessThanEquals", R"("7")", "7"));
  EXPECT_TRUE(Holds("NumericGreaterThan", "7", "7.1"));
  EXPECT_FALSE(Holds("NumericGreaterThan", "7", "7"));
  EXPECT_TRUE(Holds("NumericGreaterThanEquals", "7", "7"));
  EXPECT_FALSE(Holds("NumericEquals", "7", "seven"));
  EXPECT_TRUE(Holds("NumericNotEquals", "7", "seven"));
}

TEST(Condition, DatesAreCompared) {
  EXPECT_TRUE(Holds("DateEquals", R"("2026-11-22T00:00:00Z")", "2026-11-22"));
  EXPECT_TRUE(Holds("DateNotEquals", R"("2026-11-22")", "2026-11-23"));
  EXPECT_TRUE(Holds("DateLessThan", R"("2026-11-22")", "2026-11-21T23:59:59Z"));
  EXPECT_TRUE(Holds("DateLessThanEquals", R"("2026-11-22")", "1795305600"));
  EXPECT_TRUE(Holds("DateGreaterThan", R"("2026-11-22")", "2026-11-22T00:00:01Z"));
  EXPECT_FALSE(Holds("DateGreaterThan", R"("2026-11-22")", "2026-11-22"));
  EXPECT_TRUE(Holds("DateGreaterThanEquals", "1795305600", "2026-11-22"));
  EXPECT_FALSE(Holds("DateEquals", R"("2026-11-22")", "someday"));
}

TEST(Condition, TruthAndAddressesAreCompared) {
  EXPECT_TRUE(Holds("Bool", "true", "TRUE"));
  EXPECT_FALSE(Holds("Bool", R"("false")", "true"));
  EXPECT_FALSE(Holds("Bool", "true", "yes"));
  EXPECT_TRUE(Holds("IpAddress", R"("10.0.0.0/8")", "10.1.2.3"));
  EXPECT_TRUE(Holds("NotIpAddress", R"("10.0.0.0/8")", "11.1.2.3"));
  EXPECT_FALSE(Holds("IpAddress", R"("10.0.0.0/8")", "here"));
}

TEST(Condition, AnAbsentKeyFailsButForNegatedOnesAndIfExists) {
  for (const auto* const op : {"StringEquals", "StringEqualsIgnoreCase", "StringLike"}) {
    EXPECT_FALSE(Holds(op, R"("x")", nullptr)) << op;
    EXPECT_TRUE(Holds(absl::StrCat(op, "IfExists"), R"("x")", nullptr)) << op;
    EXPECT_FALSE(Holds(absl::StrCat(op, "IfExists"), R"("x")", "y")) << op;
  }
  EXPECT_FALSE(Holds("NumericLessThan", "1", nullptr));
  EXPECT_FALSE(Holds("DateLessThan", "1", nullptr));
  EXPECT_FALSE(Holds("Bool", "true", nullptr));
  EXPECT_FALSE(Holds("IpAddress", R"("::/0")", nullptr));
  EXPECT_TRUE(Holds("StringNotEquals", R"("x")", nullptr));
  EXPECT_TRUE(Holds("NumericNotEquals", "1", nullptr));
  EXPECT_TRUE(Holds("NotIpAddress", R"("::/0")", nullptr));
}

TEST(Condition, NullAsksWhetherTheKeyIsAbsent) {
  EXPECT_TRUE(Holds("Null", "true", nullptr));
  EXPECT_FALSE(Holds("Null", "true", "x"));
  EXPECT_TRUE(Holds("Null", R"(["false"])", "x"));
  EXPECT_FALSE(Holds("Null", "false", nullptr));
}

TEST(Condition, QuantifiersGoOverTheValuesOfTheRequest) {
  EXPECT_TRUE(Holds("ForAllValues:StringEquals", R"(["x"])", nullptr));
  EXPECT_FALSE(Holds("ForAnyValue:StringEquals", R"(["x"])", nullptr));
  EXPECT_FALSE(Holds("ForAnyValue:StringNotEquals", R"(["x"])", nullptr));
  EXPECT_TRUE(Holds("ForAnyValue:StringEqualsIfExists", R"(["x"])", nullptr));
  EXPECT_TRUE(Holds("ForAnyValue:StringNotEquals", R"(["x"])", "y"));
}

TEST(Condition, TheTimeComesWithTheRequest) {
  const Document document =
      Compiled(Conditional("DateLessThan", "aws:CurrentTime", R"("2026-11-22")"));
  EXPECT_TRUE(Allowed(document, {Action::kConnect, "c", 1795305599}));
  EXPECT_FALSE(Allowed(document, {Action::kConnect, "c", 1795305600}));
  const Document epoch = Compiled(Conditional("NumericGreaterThan", "aws:EpochTime", "100"));
  EXPECT_TRUE(Allowed(epoch, {Action::kConnect, "c", 101}));
  const Document null = Compiled(Conditional("Null", "aws:EpochTime", "false"));
  EXPECT_TRUE(Allowed(null, {Action::kConnect, "c", 101}));
}

TEST(Condition, RefusesOperatorsByName) {
  for (const auto* const op :
       {"StringIs", "BinaryEquals", "ForAllValue:StringEquals", "StringEqualsIfExist", "",
        "ForAllValues:ForAnyValue:StringEquals"}) {
    const std::string refusal = Refused(op, "iot:ClientId", R"("x")");
    EXPECT_NE(refusal.find("is not one of AWS IoT's"), std::string::npos) << op << refusal;
  }
  EXPECT_NE(Refused("NullIfExists", "iot:ClientId", "true"), "");
  EXPECT_NE(Refused("ForAllValues:Null", "iot:ClientId", "true"), "");
}

TEST(Condition, RefusesPairsThatCannotHold) {
  EXPECT_NE(Refused("StringEquals", "iot:ConnectAttributes", R"("x")").find("several values"),
            std::string::npos);
  EXPECT_NE(Refused("StringEquals", "iot:LastWillTopic", R"("x")").find("is an ARN"),
            std::string::npos);
  EXPECT_NE(Refused("ArnEquals", "iot:ClientId", R"("x")").find("is no ARN"), std::string::npos);
  EXPECT_NE(Refused("StringEquals", "aws:CurrentTime", R"("x")").find("is a time"),
            std::string::npos);
}

TEST(Condition, RefusesValuesWithTheirPlace) {
  EXPECT_NE(Refused("NumericEquals", "iot:ClientId", R"("x")").find("\"x\" is not a number"),
            std::string::npos);
  EXPECT_NE(Refused("NumericEquals", "iot:ClientId", R"("nan")"), "");
  EXPECT_NE(Refused("DateEquals", "iot:ClientId", R"("x")").find("is not a date"),
            std::string::npos);
  EXPECT_NE(Refused("Bool", "iot:ClientId", R"("x")").find("true or false"), std::string::npos);
  EXPECT_NE(Refused("IpAddress", "iot:ClientId", R"("x")").find("an IP address"),
            std::string::npos);
  EXPECT_NE(Refused("ArnLike", "iot:LastWillTopic", R"("x")").find("is not a resource"),
            std::string::npos);
  EXPECT_NE(Refused("StringEquals", "iot:ClientId", "{}").find("not an object"), std::string::npos);
  EXPECT_NE(Refused("StringEquals", "iot:ClientId", "null").find("not null"), std::string::npos);
  EXPECT_NE(Refused("StringEquals", "iot:ClientId", R"(["a",["b"]])").find("1:142: "),
            std::string::npos)
      << Refused("StringEquals", "iot:ClientId", R"(["a",["b"]])");
  EXPECT_NE(Refused("Null", "iot:ClientId", "[]"), "");
}

}  // namespace
}  // namespace policy
