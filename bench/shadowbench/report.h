// A result in words for a person, or in JSON for a program.
#pragma once

#include <string>

#include "bench/shadowbench/load.h"
#include "bench/shadowbench/options.h"

namespace bench {

std::string ReportText(const Options& options, const Result& result);

// One line: throughput, latency percentiles in microseconds, counts, mean answer sizes by topic,
// CPU microseconds per request and resident bytes of the processes that were watched.
std::string ReportJson(const Options& options, const Result& result);

}  // namespace bench
