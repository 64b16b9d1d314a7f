// GET …/history
#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "rest/route.h"
#include "service/history/questions.h"
#include "shadow/json.h"

namespace service {
namespace {

using history::Step;
using rest::HistoryFilter;
using storage::HistoryLane;

constexpr size_t kListBytesMax = 4u << 20;  // of an answer, but for its last entry

// Keys as trees have them.
std::vector<std::string> KeysOf(const std::vector<std::string>& names) {
  std::vector<std::string> keys;
  for (const std::string& name : names) shadow::PrintJsonString(name, keys.emplace_back());
  return keys;
}

absl::string_view WordFor(history::WalkEnd end) {
  if (end == history::WalkEnd::kBegin) return "begin";
  return end == history::WalkEnd::kDamaged ? "damaged" : "not_kept";
}

class EntryListing : public Looking {
 public:
  EntryListing(const rest::ListHistory& list, const Sources& sources, Historian::Asking asking)
      : Looking(sources, list.of, std::move(asking)),
        list_(list),
        path_texts_(KeysOf(list.filter.path)),
        path_(path_texts_.begin(), path_texts_.end()) {}

 private:
  bool WantsEvents() const override { return list_.filter.events; }

  bool Take(const Step& step) override {
    if (list_.before != 0 && step.change >= list_.before) return false;
    if (!IsWanted(step)) {
      last_ = step.change;
      return false;
    }
    if (count_ == list_.entries_max || entries_.size() >= kListBytesMax) {
      Finish(Next());
      return true;
    }
    last_ = step.change;
    if (count_++ > 0) entries_ += ',';
    PrintStep(step, entries_);
    return false;
  }

  void End() override {
    if (const auto nothing = WhyNothing()) return Refuse(*nothing);
    Finish(absl::StrCat(R"(,"end":")", WordFor(walk().end()), "\"", KeptFrom()));
  }

  // Where the list begins may be further back than one slice goes.
  bool Pause() override {
    if (last_ == 0) return false;
    Finish(Next());
    return true;
  }

  std::string Next() const {
    return absl::StrCat(R"(,"nextToken":")", rest::PageToken(absl::StrCat(last_)), "\"");
  }

  void Finish(absl::string_view more) const {
    Answer(absl::StrCat(R"({"entries":[)", entries_, "]", more, "}"));
  }

  bool IsWanted(const Step& step) const {
    const HistoryFilter& filter = list_.filter;
    const bool of_lane = step.lane == HistoryLane::kWishes    ? filter.wishes
                         : step.lane == HistoryLane::kReports ? filter.reports
                                                              : filter.events;
    const storage::Author& author = step.entry.author;
    return of_lane && (!filter.since || step.entry.time >= *filter.since) &&
           (!filter.until || step.entry.time <= *filter.until) &&
           (filter.by.empty() || filter.by == author.client_id || filter.by == author.principal) &&
           (path_.empty() || TouchesPath(step));
  }

  bool TouchesPath(const Step& step) const {
    if (storage::IsEvent(step.entry.kind)) return false;
    const auto changes = ChangesOf(step, history::Listing::kValues);
    return std::any_of(changes.begin(), changes.end(), [this](const history::LeafChange& change) {
      return history::Touches(change.path, path_);
    });
  }

  const rest::ListHistory list_;
  const std::vector<std::string> path_texts_;
  const std::vector<absl::string_view> path_;
  std::string entries_;
  size_t count_ = 0;
  uint64_t last_ = 0;  // the change that was looked at last; 0: none of the list's
};

}  // namespace

std::unique_ptr<Question> Asked(const rest::ListHistory& list, const Sources& sources,
                                Historian::Asking asking) {
  return std::make_unique<EntryListing>(list, sources, std::move(asking));
}

}  // namespace service
