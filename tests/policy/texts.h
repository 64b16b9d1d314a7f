// Short ways to what the tests need again and again.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "policy/document.h"
#include "policy/evaluate.h"

namespace policy {

// What the statement "allow `action` on `resource`" would read.
inline std::string AllowText(absl::string_view action, absl::string_view resource) {
  return absl::StrCat(R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":")", action,
                      R"(","Resource":")", resource, R"("}})");
}

// The document, which must be right.
inline Document Compiled(absl::string_view text, absl::string_view name = "p") {
  auto document = ParseDocument(name, text);
  EXPECT_TRUE(document.ok()) << document.status();
  return document.ok() ? *std::move(document) : Document();
}

// The refusal's words; empty if the text is taken.
inline std::string RefusalOf(absl::string_view text, Actions actions = Actions::kAny) {
  return std::string(ParseDocument("p", text, actions).status().message());
}

inline bool Allowed(const Document& document, const Request& request,
                    const Connection& connection = Connection()) {
  const Document* const policies[] = {&document};
  return Decide(policies, request, connection).allowed;
}

}  // namespace policy
