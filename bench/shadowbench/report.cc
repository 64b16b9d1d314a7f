#include "bench/shadowbench/report.h"

#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "shadow/id.h"

namespace bench {
namespace {

using shadow::Operation;

constexpr std::array<std::pair<absl::string_view, double>, 4> kPercentiles = {
    {{"p50", 50}, {"p90", 90}, {"p99", 99}, {"p99.9", 99.9}}};

constexpr std::array<absl::string_view, proto::kAnswerTopics> kTopicNames = {
    "update/accepted", "update/rejected", "update/delta",    "update/documents",
    "get/accepted",    "get/rejected",    "delete/accepted", "delete/rejected"};

double Microseconds(int64_t nanoseconds) { return static_cast<double>(nanoseconds) / 1000; }

double PerRequest(double seconds, const Result& result) {
  return result.tally.measured == 0 ? 0
                                    : seconds * 1e6 / static_cast<double>(result.tally.measured);
}

double Throughput(const Result& result) {
  return static_cast<double>(result.tally.measured) / result.seconds;
}

std::string CountsJson(const Tally& tally) {
  std::string json = "{";
  for (const Operation operation : {Operation::kUpdate, Operation::kGet, Operation::kDelete}) {
    const auto i = static_cast<size_t>(operation);
    absl::StrAppendFormat(&json, "\"%s\":{\"sent\":%d,\"accepted\":%d,\"rejected\":%d},",
                          shadow::OperationName(operation), tally.sent[i], tally.accepted[i],
                          tally.rejected[i]);
  }
  absl::StrAppendFormat(
      &json, "\"acknowledged\":%d,\"unmatched\":%d,\"duplicate\":%d,\"missing\":%d,\"refusals\":{",
      tally.acknowledged, tally.unmatched, tally.duplicate, tally.missing);
  absl::string_view comma = "";
  for (const auto& [code, count] : tally.refusals) {
    absl::StrAppendFormat(&json, "%s\"%d\":%d", comma, code, count);
    comma = ",";
  }
  return json + "}}";
}

std::string AnswersJson(const Tally& tally) {
  std::string json = "{";
  absl::string_view comma = "";
  for (size_t i = 0; i < kTopicNames.size(); ++i) {
    if (tally.messages[i] == 0) continue;
    absl::StrAppendFormat(&json, "%s\"%s\":{\"messages\":%d,\"mean_bytes\":%d}", comma,
                          kTopicNames[i], tally.messages[i],
                          tally.message_bytes[i] / tally.messages[i]);
    comma = ",";
  }
  return json + "}";
}

std::string ProcessJson(const ProcessUse& use, const Result& result) {
  return absl::StrFormat(
      "{\"cpu_us_per_request\":%.3f,\"system_us_per_request\":%.3f,\"cpu_share\":%.4f,"
      "\"resident_bytes\":%d}",
      PerRequest(use.cpu_seconds, result), PerRequest(use.system_seconds, result),
      use.cpu_seconds / result.seconds, use.resident_bytes);
}

void AppendProcess(absl::string_view name, const ProcessUse& use, const Result& result,
                   std::string& text) {
  absl::StrAppendFormat(&text, "  %-10s %8.2f us CPU per request, %5.1f %% of a core, %.1f MB\n",
                        name, PerRequest(use.cpu_seconds, result),
                        100 * use.cpu_seconds / result.seconds,
                        static_cast<double>(use.resident_bytes) / 1e6);
}

}  // namespace

std::string ReportText(const Options& options, const Result& result) {
  const Tally& tally = result.tally;
  std::string text = absl::StrFormat("%.0f requests/s over %.1f s\n  latency   ",
                                     Throughput(result), result.seconds);
  for (const auto& [name, percent] : kPercentiles) {
    absl::StrAppendFormat(&text, " %s %.0f us,", name,
                          Microseconds(tally.latency.Percentile(percent)));
  }
  absl::StrAppendFormat(&text, " max %.0f us\n", Microseconds(tally.latency.max()));
  if (options.broker_pid != 0) AppendProcess("broker", result.use.broker, result, text);
  if (options.service_pid != 0) AppendProcess("service", result.use.service, result, text);
  AppendProcess("generator", result.use.generator, result, text);
  absl::StrAppendFormat(&text,
                        "  whole run  %d sent, %d accepted, %d rejected, %d missing, %d duplicate, "
                        "%d unmatched: %s\n",
                        Tally::Sum(tally.sent), Tally::Sum(tally.accepted),
                        Tally::Sum(tally.rejected), tally.missing, tally.duplicate, tally.unmatched,
                        result.all_expected ? "adds up" : "DOES NOT ADD UP");
  for (const auto& [code, count] : tally.refusals) {
    absl::StrAppendFormat(&text, "  refused with %d: %d\n", code, count);
  }
  return text;
}

std::string ReportJson(const Options& options, const Result& result) {
  std::string json =
      absl::StrFormat("{\"adds_up\":%s,\"requests_per_second\":%.1f,\"seconds\":%.3f,",
                      result.all_expected ? "true" : "false", Throughput(result), result.seconds);
  absl::StrAppend(&json, "\"latency_us\":{");
  for (const auto& [name, percent] : kPercentiles) {
    absl::StrAppendFormat(&json, "\"%s\":%.1f,", name,
                          Microseconds(result.tally.latency.Percentile(percent)));
  }
  absl::StrAppendFormat(&json, "\"max\":%.1f},", Microseconds(result.tally.latency.max()));
  if (options.broker_pid != 0) {
    absl::StrAppend(&json, "\"broker\":", ProcessJson(result.use.broker, result), ",");
  }
  if (options.service_pid != 0) {
    absl::StrAppend(&json, "\"service\":", ProcessJson(result.use.service, result), ",");
  }
  absl::StrAppend(&json, "\"generator\":", ProcessJson(result.use.generator, result),
                  ",\"counts\":", CountsJson(result.tally),
                  ",\"answers\":", AnswersJson(result.tally), "}\n");
  return json;
}

}  // namespace bench
