// Parameters of commands whose payload is a template (K14): their values, and what these must be.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "policy/json_tree.h"

namespace commands {

inline constexpr size_t kParametersMax = 100;  // of a command

// One of AWS's seven kinds, "S", "B", "I", "L", "D", "BIN" or "UL", and what it holds: a text, or a
// number, true or false as JSON has it. BIN is base64, UL digits.
struct ParameterValue {
  std::string kind{};
  std::string text{};

  bool is_text() const { return kind == "S" || kind == "BIN"; }
  // As it stands in a payload: a JSON text, number or boolean.
  std::string Json() const;

  friend bool operator==(const ParameterValue&, const ParameterValue&) = default;
};
using ParameterValues = std::map<std::string, ParameterValue, std::less<>>;

struct Condition {
  std::string op{};
  bool of_numbers = false;
  std::vector<std::string> operands{};  // the bounds of a range, least first
};

struct Parameter {
  std::string name{};
  std::string kind{};                     // of its values; empty: any
  std::optional<ParameterValue> usual{};  // where an execution is given none
  std::vector<Condition> conditions{};
};

// Fail with InvalidArgument, in words for whoever asked.
absl::StatusOr<std::vector<Parameter>> ReadParameters(const policy::Node& list);
absl::StatusOr<ParameterValues> ReadValues(const policy::Node& object);

// The value of each parameter: as given, else the usual one. InvalidArgument: one has none, is of
// another kind or does not meet a condition, or there is no such parameter.
absl::StatusOr<ParameterValues> Resolve(const std::vector<Parameter>& parameters,
                                        const ParameterValues& given);

std::string JsonOf(const ParameterValues& values);  // {"name":{"I":1}}

}  // namespace commands
