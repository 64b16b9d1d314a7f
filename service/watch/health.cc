#include "service/watch/health.h"

#include "absl/strings/str_cat.h"

namespace service {

absl::Status Health::Ready() const {
  if (const absl::Status store = store_.Health(); !store.ok()) {
    return absl::UnavailableError(absl::StrCat("the store takes no commits: ", store.message()));
  }
  if (!link_up()) return absl::UnavailableError("there is no link to the broker's plugin");
  return absl::OkStatus();
}

absl::StatusOr<std::string> Health::ReadyText() const {
  if (absl::Status ready = Ready(); !ready.ok()) return ready;
  const storage::DatabaseStatistics database = store_.ReadStatistics().database;
  if (!database.is_one) return "ok";
  return absl::StrCat("ok\nthe database: synchronous_commit ", database.synchronous_commit,
                      ", synchronous standbys ",
                      database.synchronous_standbys < 0
                          ? "not known"
                          : absl::StrCat(database.synchronous_standbys));
}

}  // namespace service
