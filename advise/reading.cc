#include "advise/reading.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "faults/plan.h"

namespace advise {
namespace {

using policy::Node;

constexpr absl::string_view kDocuments[] = {"$state", "$other", "$retyped", "$nulls"};

bool IsObject(const Node& node) {
  return node.kind == Node::Kind::kObject ||
         (node.kind == Node::Kind::kString &&
          std::count(std::begin(kDocuments), std::end(kDocuments), node.text) > 0);
}

}  // namespace

absl::Status WantDocument(const Node& node, const std::string& what) {
  if (IsObject(node) || node.kind == Node::Kind::kNull) return absl::OkStatus();
  const bool is_list = node.kind == Node::Kind::kArray && !node.elements.empty() &&
                       std::all_of(node.elements.begin(), node.elements.end(), IsObject);
  if (is_list) return absl::OkStatus();
  return policy::Fault(
      node.place, absl::StrCat(what,
                               " must be an object, null, \"$state\", \"$other\", \"$retyped\", "
                               "\"$nulls\", or a list of these"));
}

absl::Status ReadDuration(const faults::Reader& reader, absl::string_view member, int64_t& ms) {
  constexpr absl::string_view kWanted = "a time such as \"10s\": a whole number and ms, s, m or h";
  std::string text;
  absl::Status read = reader.Text(member, kWanted, text);
  const Node* const node = reader.Find(member);
  if (!read.ok() || node == nullptr) return read;
  const auto parsed = faults::ParseDuration(text);
  if (!parsed) return reader.Fault(*node, member, faults::Quoted(text), kWanted);
  ms = *parsed;
  return absl::OkStatus();
}

}  // namespace advise
