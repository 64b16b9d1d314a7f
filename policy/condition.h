// One test of a statement's Condition: an operator, a context key and the values it may have.
//
// What holds, as AWS's documentation tells it:
//   * one of the values is enough; a negated operator (StringNotEquals, NotIpAddress ...) holds if
//     none of them fits;
//   * an absent key: the plain operators fail, negated ones and ...IfExists hold; ForAllValues
//     holds, ForAnyValue fails; Null asks for just that;
//   * ForAllValues: each value of the request fits one of the policy; ForAnyValue: one does;
//   * a value with a variable that does not resolve fits nothing.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "policy/address.h"
#include "policy/json_tree.h"
#include "policy/key.h"
#include "policy/pattern.h"
#include "policy/resource.h"

namespace policy {

class Condition {
 public:
  // `operator_name` as it stands in a document, quantifier and IfExists included. `values` is a
  // string, a number, a truth value or a list of them. Fails with a Fault that names what is wrong.
  static absl::StatusOr<Condition> Parse(const Node::Name& operator_name, const Node::Name& key,
                                         const Node& values, bool variables);

  // `now` in epoch seconds.
  bool Holds(const Connection& connection, Action action, int64_t now) const;

  bool AsksForTime() const { return key_.source == Key::Source::kTime; }

  // "StringEquals iot:ClientId", as the document has it.
  const std::string& text() const { return text_; }

 private:
  enum class Test : uint8_t {
    kString,
    kStringIgnoringCase,
    kStringLike,
    kNumber,
    kDate,
    kTruth,
    kAddress,
    kArn,
    kAbsence,
  };
  enum class Order : uint8_t { kEqual, kLess, kLessOrEqual, kGreater, kGreaterOrEqual };
  enum class Quantifier : uint8_t { kOne, kForAll, kForAny };
  using Operand = std::variant<Pattern, Resource, AddressRange, double, bool>;
  struct Operator;

  static absl::StatusOr<Operand> ParseOperand(Test test, const Node& value, bool variables);
  static const Operator* FindOperator(absl::string_view name);
  absl::Status ReadOperator(absl::string_view name);
  absl::Status CheckKey(absl::string_view name) const;

  bool HoldsForText(absl::string_view text, const Connection& connection) const;
  bool HoldsForNumber(double number) const;
  bool Fits(const Operand& operand, absl::string_view text, const Connection& connection) const;
  bool Ordered(double number, double bound) const;

  std::string text_;
  Key key_;
  Test test_ = Test::kString;
  Order order_ = Order::kEqual;
  Quantifier quantifier_ = Quantifier::kOne;
  bool negated_ = false;
  bool if_exists_ = false;
  std::vector<Operand> operands_;
};

}  // namespace policy
