// The cases of tests/cases/account and tests/cases/devices, run step by step against whatever
// answers: as tests/account/steps.py does it over HTTPS, which tells their form. What steps of
// devices are stands in tests/cases/devices/README.md.
#pragma once

#include <cstdint>
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
  std::string scope = "iot";
};

struct CaseReply {
  int status = 200;
  std::string error;  // the exception's name; empty: none
  std::string body;
};

using Ask = std::function<CaseReply(const CaseRequest&)>;

// What a device is answered.
struct CaseAnswer {
  bool accepted = true;
  std::string payload;
};

struct CaseMessage {
  std::string topic;
  std::string payload;
  std::string content_type{};
  int64_t expires_in_s = 0;  // 0: never
};

// Whatever answers a case that is about devices, too.
class CaseSubject {
 public:
  virtual ~CaseSubject() = default;
  virtual CaseReply Request(const CaseRequest& request) = 0;
  virtual CaseAnswer Publish(const std::string& topic, const std::string& payload) = 0;
  virtual void Pass(int64_t seconds) = 0;
  virtual void Restart() = 0;
  // What has been published since the last call, in its order.
  virtual std::vector<CaseMessage> TakePublished() = 0;
};

struct Case {
  std::string id;  // "things: TH1 a thing is made", as the runner over HTTPS calls it
  policy::Node content;
};
void PrintTo(const Case& one, std::ostream* out);  // for GoogleTest

// All cases of a folder of tests/cases, in the order of their files; of one file, called
// "devices/jobs.json", its own.
std::vector<Case> LoadCases(absl::string_view place = "account");

// On an account that is empty. Fails with the first step that came otherwise.
absl::Status RunCase(const Case& one, const Ask& ask);
absl::Status RunCase(const Case& one, CaseSubject& subject);

}  // namespace control
