// What a person, a program and a build server are told of verdicts. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "advise/scenario.h"
#include "advise/trial.h"

namespace cli {

struct Advice {
  const advise::Scenario* scenario = nullptr;
  advise::Verdict verdict{};
  std::string repeat{};  // the command that does it again
};

struct AdviceReport {
  std::string thing;
  uint64_t seed = 0;
  std::vector<Advice> advices{};

  int64_t Count(advise::Verdict::Kind kind) const;
};

// "obey-delta           fail  10.412 s  did not come within 10s", and for a fault all that helps.
std::string AdviceText(const Advice& advice, bool colour);

// "27 scenarios: 25 pass, 1 warn, 1 fail; seed 42".
std::string SummaryText(const AdviceReport& report);

// One object.
std::string AdviceJson(const AdviceReport& report);

// JUnit's XML, as Jenkins reads it: a warning passes, with a word in system-out.
std::string AdviceJunit(const AdviceReport& report);

}  // namespace cli
