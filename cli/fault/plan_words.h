// A fault plan in words, for people. Pure.
#pragma once

#include <string>

#include "faults/plan.h"

namespace cli {

// "answers of lift-*, update/delta: held for 200 to 1500 ms; by chance, 3 of 10"
std::string RuleWords(const faults::Rule& rule);

// A line a rule, with its id, each with an end.
std::string PlanWords(const faults::Plan& plan);

}  // namespace cli
