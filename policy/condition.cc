#include "policy/condition.h"

#include <algorithm>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"
#include "policy/instant.h"

namespace policy {

bool Condition::Holds(const Connection& connection, Action action, int64_t now) const {
  if (key_.source == Key::Source::kTime) {
    return test_ == Test::kAbsence ? !std::get<bool>(operands_.front())
                                   : HoldsForNumber(static_cast<double>(now));
  }
  const Values values = ValuesOf(key_, connection, action);
  if (test_ == Test::kAbsence) {
    const bool absent = values.size == 0;
    return std::any_of(operands_.begin(), operands_.end(),
                       [&](const Operand& asked) { return std::get<bool>(asked) == absent; });
  }
  if (values.size == 0) {
    if (if_exists_ || quantifier_ == Quantifier::kForAll) return true;
    return negated_ && quantifier_ == Quantifier::kOne;
  }
  const auto* const end = values.items.data() + values.size;
  const auto holds = [&](absl::string_view text) { return HoldsForText(text, connection); };
  return quantifier_ == Quantifier::kForAny ? std::any_of(values.items.data(), end, holds)
                                            : std::all_of(values.items.data(), end, holds);
}

bool Condition::HoldsForText(absl::string_view text, const Connection& connection) const {
  double number = 0;
  if (test_ == Test::kNumber) {
    return absl::SimpleAtod(text, &number) ? HoldsForNumber(number) : negated_;
  }
  if (test_ == Test::kDate) {
    const auto instant = ParseInstant(text);
    return instant ? HoldsForNumber(static_cast<double>(*instant)) : negated_;
  }
  const bool fits = std::any_of(operands_.begin(), operands_.end(), [&](const Operand& operand) {
    return Fits(operand, text, connection);
  });
  return fits != negated_;
}

bool Condition::HoldsForNumber(double number) const {
  const bool fits = std::any_of(operands_.begin(), operands_.end(), [&](const Operand& operand) {
    return Ordered(number, std::get<double>(operand));
  });
  return fits != negated_;
}

bool Condition::Fits(const Operand& operand, absl::string_view text,
                     const Connection& connection) const {
  switch (test_) {
    case Test::kStringIgnoringCase:
      return std::get<Pattern>(operand).MatchesIgnoringCase(text, connection);
    case Test::kTruth:
      return absl::EqualsIgnoreCase(text, std::get<bool>(operand) ? "true" : "false");
    case Test::kArn:  // the one key that holds an ARN holds a topic's
      return std::get<Resource>(operand).Matches(ResourceKind::kTopic, text, connection);
    case Test::kAddress: {
      const auto address = ParseAddress(text);
      return address && std::get<AddressRange>(operand).Contains(*address);
    }
    default:
      return std::get<Pattern>(operand).Matches(text, connection);
  }
}

bool Condition::Ordered(double number, double bound) const {
  switch (order_) {
    case Order::kLess:
      return number < bound;
    case Order::kLessOrEqual:
      return number <= bound;
    case Order::kGreater:
      return number > bound;
    case Order::kGreaterOrEqual:
      return number >= bound;
    default:
      return number == bound;
  }
}

}  // namespace policy
