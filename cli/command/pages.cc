#include "cli/command/pages.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/command/asked.h"
#include "cli/listing.h"

namespace cli {
namespace {

// As JSON again.
JsonText JsonOfNode(const policy::Node& node) {
  using Kind = policy::Node::Kind;
  std::vector<JsonText> elements;
  for (const policy::Node& element : node.elements) elements.push_back(JsonOfNode(element));
  switch (node.kind) {
    case Kind::kNull:
      return JsonText::Null();
    case Kind::kString:
      return JsonText::String(node.text);
    case Kind::kArray:
      return JsonText::Array(elements);
    case Kind::kObject: {
      std::vector<JsonText::Member> members;
      for (size_t i = 0; i < elements.size(); ++i) {
        members.emplace_back(node.names[i].text, elements[i]);
      }
      return JsonText::Object(members);
    }
    default:
      return JsonText::Raw(node.text);
  }
}

}  // namespace

std::string TokenQuery(absl::string_view separator, const std::string& token) {
  return token.empty() ? "" : absl::StrCat(separator, "nextToken=", Encoded(token));
}

absl::StatusOr<ExitCode> ListPages(
    Call& call, absl::string_view name,
    const std::function<absl::StatusOr<std::string>(const std::string& token)>& ask,
    const std::function<std::string(const policy::Node& element)>& line) {
  Listing listing(call, name);
  std::string token;
  do {
    const auto page = ReadTree(ask(token));
    if (!page.ok()) return page.status();
    const policy::Node* const elements = page->Find(name);
    if (elements == nullptr) {
      return absl::InternalError(absl::StrCat("the answer holds no \"", name, "\""));
    }
    for (const policy::Node& element : elements->elements) {
      listing.Add(line(element), JsonOfNode(element));
    }
    token = TextIn(*page, "nextToken");
  } while (!token.empty());
  return listing.Finish();
}

}  // namespace cli
