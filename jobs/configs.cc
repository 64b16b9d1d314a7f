#include "jobs/configs.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "control/json.h"

namespace jobs {
namespace {

using control::Members;
using policy::Node;

constexpr absl::string_view kAbortTypes[] = {"FAILED", "REJECTED", "TIMED_OUT", "ALL"};
constexpr absl::string_view kAbortActions[] = {"CANCEL"};
constexpr absl::string_view kRetryTypes[] = {"FAILED", "TIMED_OUT", "ALL"};
constexpr size_t kRetryCriteriaMax = 2;
constexpr double kNoBound = 1e9;

std::string Printed(const Node& node) {
  std::vector<std::string> parts;
  switch (node.kind) {
    case Node::Kind::kNull:
      return "null";
    case Node::Kind::kString:
      return control::JsonText(node.text);
    case Node::Kind::kArray:
      for (const Node& element : node.elements) parts.push_back(Printed(element));
      return absl::StrCat("[", absl::StrJoin(parts, ","), "]");
    case Node::Kind::kObject:
      for (size_t i = 0; i < node.names.size(); ++i) {
        if (node.elements[i].kind == Node::Kind::kNull) continue;
        parts.push_back(
            absl::StrCat(control::JsonText(node.names[i].text), ":", Printed(node.elements[i])));
      }
      return absl::StrCat("{", absl::StrJoin(parts, ","), "}");
    default:
      return node.text;
  }
}

// A number of `object` within bounds.
void CheckNumber(const Node& object, absl::string_view name, const std::string& path, bool needed,
                 double least, double most, Members& in) {
  const Node* const node = object.Find(name);
  const std::string member = absl::StrCat(path, ".", name);
  double number = 0;
  if (node == nullptr || node->kind == Node::Kind::kNull) {
    if (needed) in.Fail("", member, "Member must not be null");
  } else if (node->kind != Node::Kind::kNumber || !absl::SimpleAtod(node->text, &number)) {
    in.Fail(node->text, member, "Member must be a number");
  } else if (number < least) {
    in.Fail(node->text, member,
            absl::StrCat("Member must have value greater than or equal to ", least));
  } else if (number > most) {
    in.Fail(node->text, member,
            absl::StrCat("Member must have value less than or equal to ", most));
  }
}

void CheckWord(const Node& object, absl::string_view name, const std::string& path,
               absl::Span<const absl::string_view> words, Members& in) {
  const std::string member = absl::StrCat(path, ".", name);
  const std::string word = in.ElementText(object, name, member, control::kAnyText);
  if (!word.empty() && std::find(words.begin(), words.end(), word) == words.end()) {
    in.Fail(word, member,
            absl::StrCat("Member must satisfy enum value set: [", absl::StrJoin(words, ", "), "]"));
  }
}

std::vector<const Node*> Criteria(const std::string& path, size_t most, Members& in) {
  auto criteria = in.Objects(path);
  if (criteria.empty() || criteria.size() > most) {
    in.Fail(absl::StrCat(criteria.size(), " elements"), path,
            absl::StrCat("Member must have length between 1 and ", most));
  }
  return criteria;
}

void CheckRollout(const Node& config, Members& in) {
  const std::string path = "jobExecutionsRolloutConfig";
  CheckNumber(config, "maximumPerMinute", path, false, 1, kNoBound, in);
  const Node* const rate = config.Find("exponentialRate");
  if (rate == nullptr || rate->kind == Node::Kind::kNull) return;
  const std::string inner = path + ".exponentialRate";
  CheckNumber(*rate, "baseRatePerMinute", inner, true, 1, 1000, in);
  CheckNumber(*rate, "incrementFactor", inner, true, 1.1, 5, in);
  in.NeedObject(inner + ".rateIncreaseCriteria");
}

void CheckAbort(const Node&, Members& in) {
  const std::string path = "abortConfig.criteriaList";
  for (const Node* const one : Criteria(path, 10, in)) {
    CheckWord(*one, "failureType", path, kAbortTypes, in);
    CheckWord(*one, "action", path, kAbortActions, in);
    CheckNumber(*one, "thresholdPercentage", path, true, 0, 100, in);
    CheckNumber(*one, "minNumberOfExecutedThings", path, true, 1, kNoBound, in);
  }
}

void CheckRetry(const Node&, Members& in) {
  const std::string path = "jobExecutionsRetryConfig.criteriaList";
  for (const Node* const one : Criteria(path, kRetryCriteriaMax, in)) {
    CheckWord(*one, "failureType", path, kRetryTypes, in);
    CheckNumber(*one, "numberOfRetries", path, true, 0, 10, in);
  }
}

void CheckPresigned(const Node& config, Members& in) {
  CheckNumber(config, "expiresInSec", "presignedUrlConfig", false, 60, 3600, in);
}

struct Config {
  absl::string_view name;
  std::string Job::*text;
  void (*check)(const Node& config, Members& in);
};

constexpr Config kConfigs[] = {
    {"presignedUrlConfig", &Job::presigned_urls, CheckPresigned},
    {"jobExecutionsRolloutConfig", &Job::rollout, CheckRollout},
    {"abortConfig", &Job::abort, CheckAbort},
    {"jobExecutionsRetryConfig", &Job::retry, CheckRetry},
};

}  // namespace

void ReadConfigs(const control::Call& call, Members& in, Job& job) {
  for (const Config& config : kConfigs) {
    const Node* const node = call.body.Find(config.name);
    if (node == nullptr || node->kind == Node::Kind::kNull) continue;
    in.NeedObject(config.name);
    if (node->kind != Node::Kind::kObject) continue;
    config.check(*node, in);
    job.*config.text = Printed(*node);
  }
}

}  // namespace jobs
