// The members of a JSON object that was handed in or answered, each of the kind that it must have.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "shadow/json.h"

namespace cli {

// Reads on past a fault: what could not be read is 0 or empty, and status() names the first member
// that was wrong or missing, as `"version" is not a whole number`.
class Members {
 public:
  // `what` the object is, for the fault if it is none. Both outlive this.
  Members(const shadow::Value& object, absl::string_view what);

  int64_t Number(absl::string_view name);
  int64_t NumberOr(absl::string_view name, int64_t otherwise);
  std::string Text(absl::string_view name);
  std::string TextOr(absl::string_view name, absl::string_view otherwise);
  absl::Span<const shadow::Value> Array(absl::string_view name);
  const shadow::Value* Find(absl::string_view name) const { return shadow::Find(object_, name); }

  // Notes that the member is not what it must be: `"version" FAULT`.
  void Refuse(absl::string_view name, absl::string_view fault);

  const absl::Status& status() const { return status_; }

 private:
  const shadow::Value object_;
  absl::Status status_;
};

// `value` as compact JSON.
std::string JsonOf(const shadow::Value& value);

}  // namespace cli
