#include "cli/fault/plan_words.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace cli {
namespace {

using faults::Do;
using faults::On;
using faults::Rule;

absl::string_view Subject(On on) {
  switch (on) {
    case On::kConnect:
      return "connects";
    case On::kSubscribe:
      return "subscriptions";
    case On::kRequest:
      return "requests";
    case On::kAnswer:
      return "answers";
    case On::kDeliver:
      return "deliveries";
    case On::kSession:
      return "sessions";
    case On::kHttps:
      return "requests over HTTPS";
  }
  return "";
}

std::string WhereWords(const faults::Where& where) {
  std::string words = where.thing ? absl::StrCat(" of ", where.thing->text) : " of every thing";
  if (where.shadow) {
    absl::StrAppend(&words, ", ",
                    where.shadow->text.empty() ? "the classic shadow"
                                               : absl::StrCat("shadow ", where.shadow->text));
  }
  if (where.operation) absl::StrAppend(&words, ", ", shadow::OperationName(*where.operation));
  if (!where.topic.empty()) absl::StrAppend(&words, ", ", where.topic);
  if (where.client) absl::StrAppend(&words, ", client ", where.client->text);
  if (where.certificate) absl::StrAppend(&words, ", certificate ", where.certificate->text);
  return words;
}

std::string MsWords(const Rule& rule) {
  if (rule.least_ms == rule.most_ms) return absl::StrCat(rule.least_ms, " ms");
  return absl::StrCat(rule.least_ms, " to ", rule.most_ms, " ms");
}

std::string ActWords(const Rule& rule) {
  switch (rule.act) {
    case Do::kClose:
      return "closed without CONNACK";
    case Do::kRefuse:
      return "refused, as by a policy";
    case Do::kInactive:
      return "refused as if the certificate were inactive, and who is connected is cut";
    case Do::kCutBeforeSuback:
      return "the connection is cut before SUBACK";
    case Do::kCutAfterSuback:
      return "the connection is cut after SUBACK";
    case Do::kCutBeforePuback:
      return rule.taken ? "the connection is cut before PUBACK, and the request is carried out"
                        : "the connection is cut before PUBACK, and the request is lost";
    case Do::kCutAfterPuback:
      return "the connection is cut after PUBACK";
    case Do::kSwallow:
      return "acknowledged and lost";
    case Do::kReject:
      return absl::StrCat("rejected with ", rule.code);
    case Do::kDelay:
      return absl::StrCat("held for ", MsWords(rule));
    case Do::kDuplicate:
      return "come twice";
    case Do::kDrop:
      return "lost";
    case Do::kReorder:
      return absl::StrCat("come after the next one, at the latest after ", MsWords(rule));
    case Do::kToken:
      return rule.other_token ? "come with another's clientToken" : "come without clientToken";
    case Do::kSkew:
      return absl::StrCat("come with times that are off by ", rule.seconds, " s");
    case Do::kTruncate:
      return absl::StrCat("cut off after ", rule.bytes, " bytes");
    case Do::kThrottle:
      return absl::StrCat("no more than ", rule.per_second, " a second");
    case Do::kCut:
      return "the connection is cut after the message";
    case Do::kLose:
      return "gone at the next connect";
    case Do::kAway:
      return "cut, and nobody comes in until the plan ends";
  }
  return "";
}

std::string WhenWords(const Rule& rule) {
  if (!rule.at.empty()) return absl::StrCat("; exactly as recorded of ", rule.at.size());
  std::string words;
  if (rule.every != 1) absl::StrAppend(&words, "; one of every ", rule.every);
  if (rule.skip != 0) absl::StrAppend(&words, "; not the first ", rule.skip);
  if (rule.count != Rule::kNoEnd) absl::StrAppend(&words, "; ", rule.count, " for each");
  if (rule.probability != 1) absl::StrAppend(&words, "; with probability ", rule.probability);
  return words;
}

}  // namespace

std::string RuleWords(const Rule& rule) {
  return absl::StrCat(Subject(rule.on), WhereWords(rule.where), ": ", ActWords(rule),
                      WhenWords(rule));
}

std::string PlanWords(const faults::Plan& plan) {
  size_t width = 0;
  for (const Rule& rule : plan.rules) width = std::max(width, rule.id.size());
  std::string words;
  for (const Rule& rule : plan.rules) {
    absl::StrAppend(&words, "  ", rule.id, std::string(width - rule.id.size() + 2, ' '),
                    RuleWords(rule), "\n");
  }
  return words;
}

}  // namespace cli
