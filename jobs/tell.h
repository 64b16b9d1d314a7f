// How executions are told to devices (J1 to J3), in answers and in notices, and jobs and executions
// to the account. Times of the former are whole seconds.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "control/json.h"
#include "desk/desk.h"
#include "jobs/execution.h"
#include "jobs/job.h"

namespace jobs {

// A job's document is JSON within MQTT's JSON, and a text within HTTP's (J2).
enum class Wire : unsigned char { kMqtt, kHttp };

void AddDocument(absl::string_view document, Wire wire, control::Json& json);

control::Json TellSummary(const Execution& execution);
control::Json TellState(const Execution& execution);
// Whole, but for the document.
control::Json TellExecution(const Execution& execution, int64_t now);

// Payloads of P/notify and P/notify-next. Null: there is no next one.
std::string TellPending(const std::vector<Execution>& pending, int64_t now);
std::string TellNext(const Execution* next, absl::string_view document, int64_t now);

// A time as the account is told it, with decimals; nothing for 0.
void AddMoment(absl::string_view name, int64_t time, control::Json& json);

// jobProcessDetails.
control::Json TellCounts(const Counts& counts);

std::string TargetArn(const Target& target, const control::Surroundings& here);
std::vector<std::string> TargetArns(const Job& job, const control::Surroundings& here);

}  // namespace jobs
