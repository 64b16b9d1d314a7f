// shadowbench: a closed-loop load generator for device shadows over MQTT 3.1.1.
#include <cstdio>
#include <string>

#include "bench/shadowbench/load.h"
#include "bench/shadowbench/options.h"
#include "bench/shadowbench/report.h"

namespace {

constexpr int kDoesNotAddUp = 1;
constexpr int kNoRun = 2;

int Fail(const absl::Status& status) {
  std::fprintf(stderr, "shadowbench: %s\n", std::string(status.message()).c_str());
  return kNoRun;
}

absl::StatusOr<bench::Result> Run(const bench::Options& options) {
  bench::Load load(options);  // ends before the report: its line on the terminal is cleared
  return load.Run();
}

}  // namespace

int main(int argc, char** argv) {
  const absl::StatusOr<bench::Options> options = bench::ReadOptions(argc, argv);
  if (!options.ok()) return Fail(options.status());
  const absl::StatusOr<bench::Result> result = Run(*options);
  if (!result.ok()) return Fail(result.status());
  const std::string report =
      options->json ? bench::ReportJson(*options, *result) : bench::ReportText(*options, *result);
  std::fputs(report.c_str(), stdout);
  return result->all_expected ? 0 : kDoesNotAddUp;
}
