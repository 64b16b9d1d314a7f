// The cases of tests/cases/account, run step by step against whatever answers: as
// tests/account/steps.py does it over HTTPS, which tells their form.
#pragma once

#include <functional>
#include <map>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "policy/json_tree.h"
#include "tests/control/matcher.h"

namespace control {

struct CaseRequest {
  std::string method;
  std::string path;                            // as it is sent, percent-encodings and all
  std::map<std::string, std::string> query{};  // decoded
  std::map<std::string, std::string> headers{};
  std::string body{};
};

struct CaseReply {
  int status = 200;
  std::string error;  // the exception's name; empty: none
  std::string body;
};

using Ask = std::function<CaseReply(const CaseRequest&)>;

struct Case {
  std::string id;  // "things: TH1 a thing is made", as the runner over HTTPS calls it
  policy::Node content;
};
void PrintTo(const Case& one, std::ostream* out);  // for GoogleTest

// All cases, in the order of their files.
std::vector<Case> LoadCases();

// On an account that is empty. Fails with the first step that came otherwise.
absl::Status RunCase(const Case& one, const Ask& ask);

}  // namespace control
