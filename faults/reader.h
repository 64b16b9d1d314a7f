// Reads the members of an object of a plan, and words what is wrong with one: where it stands, what
// it is called, what was found, and what would be right.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "policy/json_tree.h"

namespace faults {

class Reader {
 public:
  // `what` is how the object is called: "rule \"late\"". The object outlives this.
  Reader(const policy::Node& object, std::string what);

  const std::string& what() const { return what_; }

  // Null: there is none.
  const policy::Node* Find(absl::string_view member) const { return object_.Find(member); }
  // Fails if it is of another kind.
  absl::StatusOr<const policy::Node*> Find(absl::string_view member, policy::Node::Kind kind,
                                           absl::string_view wanted) const;

  // "3:7: rule \"late\": \"code\" is 418; it must be 400 or 409"
  absl::Status Fault(const policy::Node& at, absl::string_view member, absl::string_view found,
                     absl::string_view wanted) const;
  absl::Status Missing(absl::string_view member, absl::string_view wanted) const;

  // A member that is not there leaves the result as it is.
  absl::Status Text(absl::string_view member, absl::string_view wanted, std::string& text) const;
  template <class Int>
  absl::Status Number(absl::string_view member, Int least, Int most, Int& number) const {
    const std::string wanted = absl::StrCat("a whole number from ", least, " to ", most);
    const auto node = Find(member, policy::Node::Kind::kNumber, wanted);
    if (!node.ok() || *node == nullptr) return node.status();
    Int read;
    if (!absl::SimpleAtoi((*node)->text, &read) || read < least || read > most) {
      return Fault(**node, member, (*node)->text, wanted);
    }
    number = read;
    return absl::OkStatus();
  }

 private:
  const policy::Node& object_;
  const std::string what_;
};

std::string Quoted(absl::string_view text);

// "a, b or c"
std::string OneOf(std::vector<std::string> names);

template <class List, class Name>
std::string OneOf(const List& list, Name name) {
  std::vector<std::string> names;
  for (const auto& each : list) names.push_back(name(each));
  return OneOf(std::move(names));
}

}  // namespace faults
