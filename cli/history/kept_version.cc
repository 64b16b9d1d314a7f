#include "cli/history/kept_version.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/history/moment.h"
#include "cli/history/telling.h"
#include "cli/shadow/members.h"

namespace cli {
namespace {

void ReadConnected(const shadow::Value& json, KeptVersion& kept, absl::Status& status) {
  Members members(json, "\"connected\"");
  if (members.Find("since") != nullptr) kept.connected_since = members.Number("since");
  if (members.Find("away_since") != nullptr) kept.away_since = members.Number("away_since");
  if (status.ok()) status = members.status();
}

}  // namespace

absl::StatusOr<KeptVersion> ReadKeptVersion(const shadow::Value& answer) {
  Members members(answer, "the answer");
  KeptVersion kept;
  kept.version = members.Number("version");
  kept.timestamp = members.Number("timestamp");
  kept.reported = members.TextOr("reported", "");
  if (const shadow::Value* const document = members.Find("document"); document != nullptr) {
    kept.document = JsonOf(*document);
  } else {
    members.Refuse("document", "is missing");
  }
  absl::Status status = members.status();
  if (const shadow::Value* const json = members.Find("entry"); json != nullptr) {
    auto entry = ReadEntry(*json);
    if (status.ok()) status = entry.status();
    if (entry.ok()) kept.entry = *std::move(entry);
  }
  if (const shadow::Value* const json = members.Find("connected"); json != nullptr) {
    ReadConnected(*json, kept, status);
  }
  if (!status.ok()) return absl::InternalError(absl::StrCat("the answer: ", status.message()));
  return kept;
}

std::string KnowledgeText(const KeptVersion& kept, int64_t at, const Deliveries& deliveries,
                          absl::TimeZone zone) {
  if (kept.connected_since) {
    const std::string since = MomentText(*kept.connected_since, zone, at);
    // Within one second nobody knows what came first.
    if (kept.timestamp > *kept.connected_since) {
      return absl::StrCat("connected since ", since, ": ", VersionText(kept.version),
                          " was published to it");
    }
    if (deliveries.got > 0) {
      return absl::StrCat("connected since ", since, ": it got ", VersionText(deliveries.got));
    }
    return absl::StrCat("connected since ", since, ": whether it knew ", VersionText(kept.version),
                        " is not known");
  }
  if (!kept.away_since) return "whether the device was connected is not kept";
  return absl::StrCat("away since ", MomentText(*kept.away_since, zone, at), ": ",
                      deliveries.last_published > 0
                          ? absl::StrCat("at most ", VersionText(deliveries.last_published))
                          : "it knew no version");
}

}  // namespace cli
