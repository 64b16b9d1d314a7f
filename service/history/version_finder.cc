#include "service/history/version_finder.h"

#include "storage/history_entry.h"

namespace service {

using history::State;
using history::Step;
using rest::VersionName;
using storage::RecordKind;

VersionFinder::VersionFinder(const VersionName& wanted, const history::Walk& walk)
    : wanted_(wanted), walk_(walk), version_(walk.newest().document.version) {
  // A shadow that is gone without a trace has no current version: its last is the one before.
  if (walk.newest().kind == RecordKind::kNone) back_ = 1;
}

std::optional<VersionFinder::Found> VersionFinder::Take(const Step& step) {
  if (has_passed_ || storage::IsEvent(step.entry.kind)) return std::nullopt;
  if (step.after_gap) {
    if (auto found = InGap(step)) return found;
    back_ += version_ - step.after.document.version;
  }
  at_newest_ = false;
  const bool is_it = wanted_.by == VersionName::By::kTime ? step.entry.time <= wanted_.number
                                                          : IsIt(step.after, back_);
  if (is_it) return Found{step.after.document.version, &step.after, &step};
  version_ = step.before.document.version;
  ++back_;
  has_passed_ = wanted_.by != VersionName::By::kTime && step.before.kind == RecordKind::kNone;
  return std::nullopt;
}

// Between `step` and what was reached before are versions of which only what was desired is kept;
// `step` made that. The newest one is known as a whole nevertheless.
std::optional<VersionFinder::Found> VersionFinder::InGap(const Step& step) const {
  const State& newest = walk_.newest();
  const int64_t older = step.after.document.version;
  switch (wanted_.by) {
    case VersionName::By::kTime:
      if (at_newest_ && newest.document.updated_at <= wanted_.number) {
        return Found{version_, &newest, nullptr};
      }
      return std::nullopt;
    case VersionName::By::kNumber:
      if (wanted_.number > version_ || wanted_.number <= older) return std::nullopt;
      if (at_newest_ && wanted_.number == version_) return Found{version_, &newest, nullptr};
      return Found{wanted_.number, &step.after, &step};
    case VersionName::By::kBack:
      const int64_t number = version_ - (wanted_.number - back_);
      if (wanted_.number < back_ || number <= older) return std::nullopt;
      if (at_newest_ && number == version_) return Found{version_, &newest, nullptr};
      return Found{number, &step.after, &step};
  }
  return std::nullopt;
}

bool VersionFinder::IsIt(const State& state, int64_t back) const {
  if (wanted_.by == VersionName::By::kBack) return back == wanted_.number;
  return state.document.version == wanted_.number;
}

std::optional<VersionFinder::Found> VersionFinder::End() const {
  const State& reached = walk_.reached();
  if (has_passed_ || reached.kind == RecordKind::kNone) return std::nullopt;
  const bool is_it = wanted_.by == VersionName::By::kTime
                         ? reached.document.updated_at <= wanted_.number
                         : IsIt(reached, back_);
  if (!is_it) return std::nullopt;
  return Found{reached.document.version, &reached, nullptr};
}

}  // namespace service
