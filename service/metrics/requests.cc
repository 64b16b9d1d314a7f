#include <array>

#include "absl/strings/str_cat.h"
#include "service/metrics/families.h"

namespace service {
namespace {

constexpr std::array<absl::string_view, kWays> kWayNames = {"mqtt", "https"};
constexpr std::array<absl::string_view, kFailures> kFailureNames = {"store", "record", "journal",
                                                                    "overtaken"};

constexpr MetricRow<Tally> kOfTally[] = {
    {kCounter, "shadow_replays_total", "Requests sent again and answered from the journal.",
     &Tally::replays},
    {kCounter, "shadow_deltas_published_total", "Messages on update/delta.", &Tally::deltas},
};

constexpr MetricRow<Counters::Values> kOfValues[] = {
    {kCounter, "shadow_commit_failures_total", "Groups that the store did not take.",
     &Counters::Values::commit_failures},
    {kCounter, "shadow_link_envelopes_refused_total",
     "Envelopes of the plugin that did not decode.", &Counters::Values::envelopes_refused},
};

constexpr MetricRow<Counters::Census, int64_t> kOfCensus[] = {
    {kGauge, "shadow_documents", "Shadows that exist.", &Counters::Census::documents},
    {kGauge, "shadow_tombstones", "Deleted shadows whose version is still kept.",
     &Counters::Census::tombstones},
    {kGauge, "shadow_census_timestamp_seconds", "When the records were last counted one by one.",
     &Counters::Census::at},
};

void AddAnswers(const Tally& tally, Family& family) {
  for (size_t way = 0; way < kWays; ++way) {
    for (size_t operation = 0; operation < kOperations; ++operation) {
      for (size_t code = 0; code < kCodes.size(); ++code) {
        family.Add(Number(tally.answers[way][operation][code]),
                   {{"protocol", kWayNames[way]},
                    {"operation", shadow::OperationName(static_cast<shadow::Operation>(operation))},
                    {"result", kCodes[code] == 200 ? "accepted" : "rejected"},
                    {"code", absl::StrCat(kCodes[code])}});
      }
    }
  }
}

}  // namespace

void AddRequests(const Counters::Values& counted, size_t in_flight, Families& families) {
  const Tally& tally = counted.tally;
  AddAnswers(tally, families.Counter("shadow_requests_total", "Requests that were answered."));
  Family& failures =
      families.Counter("shadow_failures_total", "Requests that were answered with 500, by cause.");
  for (size_t i = 0; i < kFailures; ++i) {
    failures.Add(Number(tally.failures[i]), {{"cause", kFailureNames[i]}});
  }
  families
      .Histogram(
          "shadow_request_duration_seconds",
          "From the receipt of a request by shadowd to its answer, HTTPS gets aside: its part.")
      .Add(counted.request, kMicro);
  families.Gauge("shadow_requests_in_flight", "Requests in the group that is being handled.")
      .Add(Number(in_flight));
  families.Histogram("shadow_batch_requests", "Requests of one group, which is one commit.")
      .Add(counted.batch, 1);
  families.Add(kOfTally, tally);
  families.Histogram("shadow_commit_duration_seconds", "Commits of groups that changed something.")
      .Add(counted.commit, kMicro);
  families.Add(kOfValues, counted);
}

void AddRecords(const Counters& counters, Families& families) {
  if (const auto census = counters.ReadCensus()) families.Add(kOfCensus, *census);
}

void AddLink(const Health& health, Families& families) {
  families.Gauge("shadow_link_up", "1 while the plugin is there.").Add(health.link_up() ? 1 : 0);
  families.Counter("shadow_link_sessions_total", "How often the link came up.")
      .Add(Number(health.link_sessions()));
}

}  // namespace service
