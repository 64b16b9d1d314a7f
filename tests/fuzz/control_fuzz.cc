// Any bytes as requests to the control plane, one after the other, on one account. Whatever comes:
// the answer is a JSON object without a null, a refusal has a name and a message, and what changes
// is what the registry takes.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "policy/json_tree.h"
#include "tests/control/issuing_account.h"

namespace {

bool HasNull(const policy::Node& node) {
  return node.kind == policy::Node::Kind::kNull ||
         std::any_of(node.elements.begin(), node.elements.end(), HasNull);
}

[[noreturn]] void Fail(const control::CaseReply& reply) {
  std::cerr << "came: " << reply.status << " " << reply.error << " " << reply.body << "\n";
  std::abort();
}

void Ask(control::IssuingAccount& account, absl::string_view text) {
  // "METHOD\nTARGET\nname:value\n…\n\nbody"
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(text, absl::MaxSplits("\n\n", 1));
  absl::string_view method, target;
  std::vector<std::pair<std::string, std::string>> headers;
  size_t line_number = 0;
  for (const absl::string_view line : absl::StrSplit(parts.first, '\n')) {
    if (line_number == 0) method = line;
    if (line_number == 1) target = line;
    if (line_number > 1) headers.push_back(absl::StrSplit(line, absl::MaxSplits(':', 1)));
    ++line_number;
  }
  // Others come through no server.
  if (!std::all_of(method.begin(), method.end(), absl::ascii_isupper)) return;
  const control::CaseReply reply = account.Ask(method, target, parts.second, headers);
  const auto answer = policy::ParseJsonTree(reply.body.empty() ? "{}" : reply.body, 1 << 22);
  if (!answer.ok() || answer->kind != policy::Node::Kind::kObject || HasNull(*answer)) Fail(reply);
  if (reply.status == 200) return;
  const policy::Node* message = answer->Find("message");
  if (reply.error.empty() || message == nullptr || message->text.empty()) Fail(reply);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  testing::GTEST_FLAG(throw_on_failure) = true;  // of what the account expects of the operations
  control::IssuingAccount account;
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  for (const absl::string_view request : absl::StrSplit(text, "\n---\n")) Ask(account, request);
  return 0;
}
