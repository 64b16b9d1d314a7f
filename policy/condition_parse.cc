#include <cmath>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "policy/condition.h"
#include "policy/instant.h"

namespace policy {

struct Condition::Operator {
  absl::string_view name;
  Test test;
  Order order;
  bool negated;
};

const Condition::Operator* Condition::FindOperator(absl::string_view name) {
  static constexpr Operator kOperators[] = {
      {"StringEquals", Test::kString, Order::kEqual, false},
      {"StringNotEquals", Test::kString, Order::kEqual, true},
      {"StringEqualsIgnoreCase", Test::kStringIgnoringCase, Order::kEqual, false},
      {"StringNotEqualsIgnoreCase", Test::kStringIgnoringCase, Order::kEqual, true},
      {"StringLike", Test::kStringLike, Order::kEqual, false},
      {"StringNotLike", Test::kStringLike, Order::kEqual, true},
      {"NumericEquals", Test::kNumber, Order::kEqual, false},
      {"NumericNotEquals", Test::kNumber, Order::kEqual, true},
      {"NumericLessThan", Test::kNumber, Order::kLess, false},
      {"NumericLessThanEquals", Test::kNumber, Order::kLessOrEqual, false},
      {"NumericGreaterThan", Test::kNumber, Order::kGreater, false},
      {"NumericGreaterThanEquals", Test::kNumber, Order::kGreaterOrEqual, false},
      {"DateEquals", Test::kDate, Order::kEqual, false},
      {"DateNotEquals", Test::kDate, Order::kEqual, true},
      {"DateLessThan", Test::kDate, Order::kLess, false},
      {"DateLessThanEquals", Test::kDate, Order::kLessOrEqual, false},
      {"DateGreaterThan", Test::kDate, Order::kGreater, false},
      {"DateGreaterThanEquals", Test::kDate, Order::kGreaterOrEqual, false},
      {"Bool", Test::kTruth, Order::kEqual, false},
      {"IpAddress", Test::kAddress, Order::kEqual, false},
      {"NotIpAddress", Test::kAddress, Order::kEqual, true},
      {"ArnEquals", Test::kArn, Order::kEqual, false},
      {"ArnLike", Test::kArn, Order::kEqual, false},
      {"ArnNotEquals", Test::kArn, Order::kEqual, true},
      {"ArnNotLike", Test::kArn, Order::kEqual, true},
      {"Null", Test::kAbsence, Order::kEqual, false},
  };
  for (const Operator& known : kOperators) {
    if (absl::EqualsIgnoreCase(known.name, name)) return &known;
  }
  return nullptr;
}

absl::Status Condition::ReadOperator(absl::string_view name) {
  absl::string_view rest = name;
  if (absl::ConsumePrefix(&rest, "ForAllValues:")) {
    quantifier_ = Quantifier::kForAll;
  } else if (absl::ConsumePrefix(&rest, "ForAnyValue:")) {
    quantifier_ = Quantifier::kForAny;
  }
  if_exists_ = absl::ConsumeSuffix(&rest, "IfExists");
  const Operator* const known = FindOperator(rest);
  if (known == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("the condition operator \"", name, "\" is not one of AWS IoT's"));
  }
  test_ = known->test;
  order_ = known->order;
  negated_ = known->negated;
  if (test_ == Test::kAbsence && (if_exists_ || quantifier_ != Quantifier::kOne)) {
    return absl::InvalidArgumentError(absl::StrCat("\"", name, "\" must be plain \"Null\""));
  }
  return absl::OkStatus();
}

// That a pair of operator and key means something: what could only ever fail is a mistake.
absl::Status Condition::CheckKey(absl::string_view name) const {
  if (test_ == Test::kAbsence) return absl::OkStatus();
  if (key_.multiple() && quantifier_ == Quantifier::kOne) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", name, "\" holds several values: write \"ForAllValues:\" or ",
                     "\"ForAnyValue:\" before the operator"));
  }
  const bool arn_key = key_.source == Key::Source::kWillTopic;
  if (arn_key != (test_ == Test::kArn)) {
    return absl::InvalidArgumentError(
        arn_key ? absl::StrCat("\"", name, "\" is an ARN: it needs ArnEquals, ArnLike or theirs")
                : absl::StrCat("\"", name, "\" is no ARN, only \"iot:LastWillTopic\" is one"));
  }
  const bool time_key = key_.source == Key::Source::kTime;
  if (time_key && test_ != Test::kDate && test_ != Test::kNumber) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", name, "\" is a time: it needs one of the Date or Numeric operators"));
  }
  return absl::OkStatus();
}

absl::StatusOr<Condition::Operand> Condition::ParseOperand(Test test, const Node& value,
                                                           bool variables) {
  const std::string& text = value.text;
  const auto refuse = [&](absl::string_view wanted) {
    return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is not ", wanted));
  };
  switch (test) {
    case Test::kNumber: {
      double number = 0;
      if (!absl::SimpleAtod(text, &number) || !std::isfinite(number)) return refuse("a number");
      return number;
    }
    case Test::kDate: {
      const auto instant = ParseInstant(text);
      if (!instant) return refuse("a date such as 2026-11-22T10:00:00Z");
      return static_cast<double>(*instant);
    }
    case Test::kTruth:
    case Test::kAbsence:
      if (absl::EqualsIgnoreCase(text, "true")) return true;
      if (absl::EqualsIgnoreCase(text, "false")) return false;
      return refuse("true or false");
    case Test::kAddress: {
      const auto range = AddressRange::Parse(text);
      if (!range) return refuse("an IP address or a range such as 203.0.113.0/24");
      return *range;
    }
    case Test::kArn: {
      auto resource = Resource::Compile(text, variables);
      if (!resource.ok()) return resource.status();
      return *std::move(resource);
    }
    default: {
      const bool wildcards = test == Test::kStringLike;
      auto pattern = Pattern::Compile(
          text, wildcards
                    ? (variables ? Pattern::Syntax::kWildcardsAndVariables
                                 : Pattern::Syntax::kWildcardsOnly)
                    : (variables ? Pattern::Syntax::kVariablesOnly : Pattern::Syntax::kPlain));
      if (!pattern.ok()) return pattern.status();
      return *std::move(pattern);
    }
  }
}

absl::StatusOr<Condition> Condition::Parse(const Node::Name& operator_name, const Node::Name& key,
                                           const Node& values, bool variables) {
  Condition condition;
  condition.text_ = absl::StrCat(operator_name.text, " ", key.text);
  if (auto status = condition.ReadOperator(operator_name.text); !status.ok()) {
    return Fault(operator_name.place, status.message());
  }
  auto parsed_key = Key::Parse(key.text);
  if (!parsed_key.ok()) return Fault(key.place, parsed_key.status().message());
  condition.key_ = *std::move(parsed_key);
  if (auto status = condition.CheckKey(key.text); !status.ok()) {
    return Fault(key.place, status.message());
  }
  const auto add = [&](const Node& value) -> absl::Status {
    if (value.kind != Node::Kind::kString && value.kind != Node::Kind::kNumber &&
        value.kind != Node::Kind::kBool) {
      return Fault(value.place, absl::StrCat("a condition's value must be a string, a number or ",
                                             "true or false, not ", KindText(value.kind)));
    }
    auto operand = ParseOperand(condition.test_, value, variables);
    if (!operand.ok()) return Fault(value.place, operand.status().message());
    condition.operands_.push_back(*std::move(operand));
    return absl::OkStatus();
  };
  if (values.kind != Node::Kind::kArray) {
    if (auto status = add(values); !status.ok()) return status;
    return condition;
  }
  for (const Node& value : values.elements) {
    if (auto status = add(value); !status.ok()) return status;
  }
  if (condition.test_ == Test::kAbsence && condition.operands_.size() != 1) {
    return Fault(values.place, "\"Null\" needs true or false");
  }
  return condition;
}

}  // namespace policy
