#include <optional>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/time/clock.h"
#include "cli/shadow/https_client.h"
#include "cli/shadow/watcher.h"

ABSL_FLAG(double, interval, 1, "SECONDS: between two looks, without --broker");

namespace cli {
namespace {

class LookingWatcher : public ShadowWatcher {
 public:
  LookingWatcher(HttpsClient client, const shadow::ShadowId& id, absl::Duration interval,
                 std::ostream& remarks)
      : client_(std::move(client)), path_(ShadowPath(id)), interval_(interval), remarks_(remarks) {}

  absl::StatusOr<std::unique_ptr<SeenShadow>> Next() override {
    for (bool was_away = false;; absl::SleepFor(interval_)) {
      auto seen = Look();
      if (absl::IsUnavailable(seen.status()) && version_) {
        if (!std::exchange(was_away, true)) {
          remarks_ << seen.status().message() << "; trying again\n";
        }
        continue;
      }
      if (!seen.ok()) return seen;
      was_away = false;
      const int64_t version = (*seen)->document.version;
      if (std::exchange(version_, version) != version) return seen;
    }
  }

 private:
  absl::StatusOr<std::unique_ptr<SeenShadow>> Look() {
    auto text = client_.Get(path_);
    if (absl::IsNotFound(text.status())) return std::make_unique<SeenShadow>();
    if (!text.ok()) return text.status();
    return SeenIn(*std::move(text));
  }

  HttpsClient client_;
  const std::string path_;
  const absl::Duration interval_;
  std::ostream& remarks_;
  std::optional<int64_t> version_;  // seen last
};

}  // namespace

absl::StatusOr<std::unique_ptr<SeenShadow>> SeenIn(std::string text) {
  auto seen = std::make_unique<SeenShadow>();
  seen->text = std::move(text);
  const auto document = ParseShadowDocument(seen->text, seen->arena);
  if (!document.ok()) return document.status();
  seen->document = *document;
  return seen;
}

absl::StatusOr<std::unique_ptr<ShadowWatcher>> WatchByLooking(const shadow::ShadowId& id,
                                                              std::ostream& remarks) {
  const double interval = absl::GetFlag(FLAGS_interval);
  if (!(interval >= 0.05 && interval <= 3600)) {
    return absl::InvalidArgumentError("--interval: 0.05 to 3600 seconds");
  }
  auto client = HttpsClient::FromFlags();
  if (!client.ok()) return client.status();
  return std::make_unique<LookingWatcher>(*std::move(client), id, absl::Seconds(interval), remarks);
}

}  // namespace cli
