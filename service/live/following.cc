#include "service/live/following.h"

#include <chrono>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "service/commit/handler.h"
#include "shadow/json.h"
#include "storage/key.h"
#include "storage/record.h"

namespace service {
namespace {

constexpr size_t kReaderArenaBytes = 16 * 1024;

std::string RowsJson(const Roster& roster, absl::Span<const Roster::Place> places) {
  const auto put = [&roster](std::string* out, Roster::Place place) {
    out->append(RowJson(roster.at(place)));
  };
  return absl::StrCat("[", absl::StrJoin(places, ",", put), "]");
}

void PutText(absl::string_view name, absl::string_view text, std::string& out) {
  if (text.empty()) return;
  absl::StrAppend(&out, out.back() == '{' ? "" : ",", "\"", name, "\":");
  shadow::PrintJsonString(text, out);
}

std::string ByJson(const ShadowNews& by) {
  std::string out = "{";
  PutText("way", storage::WayText(by.way), out);
  PutText("clientId", by.client_id, out);
  PutText("principal", by.principal, out);
  PutText("address", by.address, out);
  return out + "}";
}

}  // namespace

Moment MomentNow() {
  const auto steady = std::chrono::steady_clock::now().time_since_epoch();
  return {.steady_ms = std::chrono::duration_cast<std::chrono::milliseconds>(steady).count(),
          .at_ms = absl::ToUnixMillis(absl::Now())};
}

bool ThingsFollowing::Move(const FollowThings& asked) {
  if (asked.anew || !(asked.query == asked_.query)) return false;
  asked_.from = asked.from;
  asked_.to = asked.to;
  is_first_ = true;
  return true;
}

int64_t ThingsFollowing::DueMs() const {
  if (!view_) return kNotDue;
  if (is_first_) return 0;
  return dirty_.empty() && view_->moved() == moved_told_ ? kNotDue : told_ms_ + kPaceMs;
}

std::string ThingsFollowing::First(const Moment& now) const {
  return absl::StrCat(FrameFront(id(), now.at_ms), ",\"total\":", view_->total(),
                      ",\"connected\":", view_->connected(), ",\"differing\":", view_->differing(),
                      ",\"from\":", asked_.from,
                      ",\"rows\":", RowsJson(*roster_, view_->Window(asked_.from, asked_.to)),
                      view_->moved() == 0 ? "" : absl::StrCat(",\"moved\":", view_->moved()), "}");
}

std::optional<std::string> ThingsFollowing::Take(const Moment& now) {
  told_ms_ = now.steady_ms;
  moved_told_ = view_->moved();
  const auto dirty = std::exchange(dirty_, {});
  if (std::exchange(is_first_, false)) return First(now);
  std::vector<Roster::Place> rows;
  for (const Roster::Place place : view_->Window(asked_.from, asked_.to)) {
    if (dirty.contains(place)) rows.push_back(place);
  }
  return absl::StrCat(FrameFront(id(), now.at_ms), ",\"rows\":", RowsJson(*roster_, rows),
                      ",\"moved\":", moved_told_, "}");
}

bool ThingsFollowing::RosterIs(const Roster* roster) {
  roster_ = roster;
  view_.reset();
  dirty_.clear();
  is_first_ = true;
  if (roster != nullptr) view_.emplace(*roster, asked_.query);
  return roster != nullptr;
}

bool ThingsFollowing::RowChanged(Roster::Place place) {
  if (!view_) return false;
  if (view_->Changed(place, asked_.from, asked_.to)) dirty_.insert(place);
  return DueMs() != kNotDue;
}

int64_t ShadowFollowing::DueMs() const { return is_due_ ? told_ms_ + kPaceMs : kNotDue; }

bool ShadowFollowing::RosterIs(const Roster*) {
  is_due_ = true;
  return true;
}

bool ShadowFollowing::ShadowChanged(const ShadowNews& news) {
  if (news.thing != asked_.thing || news.name != asked_.name) return false;
  by_ = news;
  is_due_ = true;
  return true;
}

std::optional<ShadowFollowing::Found> ShadowFollowing::Read() const {
  const shadow::ShadowId id{asked_.thing, asked_.name};
  std::vector<std::optional<std::string>> stored;
  if (!store_.Read({storage::RecordKey(id)}, stored).ok()) return std::nullopt;
  if (!stored[0]) return Found();
  shadow::Arena arena(kReaderArenaBytes);
  const auto record = storage::DecodeRecord(*stored[0], arena);
  if (!record.ok()) return std::nullopt;
  if (const auto* const tombstone = std::get_if<shadow::Tombstone>(&*record)) {
    return Found{.version = tombstone->version};
  }
  proto::AnswerBatchWriter writer(0);
  Handle(
      {.request = {.sequence = 0, .operation = shadow::Operation::kGet, .id = id}, .now = now_()},
      *record, limits_, arena, writer);
  const std::string envelope = std::move(writer).Finish();
  const auto answers = proto::DecodeAnswerBatch(envelope);
  if (!answers.ok() || answers->answers.empty() || answers->answers[0].messages.empty()) {
    return std::nullopt;
  }
  return Found{.document = std::string(answers->answers[0].messages[0].payload),
               .version = std::get<shadow::Document>(*record).version};
}

std::optional<std::string> ShadowFollowing::Take(const Moment& now) {
  is_due_ = false;
  const auto found = Read();
  if (!found) return ErrorFrame(id(), "The shadow cannot be read");
  if (told_version_ == found->version) return std::nullopt;
  std::string frame =
      absl::StrCat(FrameFront(id(), now.at_ms),
                   ",\"document\":", found->document.empty() ? "null" : found->document);
  if (by_.version > 0 && by_.version == found->version) {
    absl::StrAppend(&frame, ",\"by\":", ByJson(by_));
  }
  const int64_t skipped = found->version - told_version_.value_or(found->version) - 1;
  if (skipped > 0) absl::StrAppend(&frame, ",\"skipped\":", skipped);
  told_version_ = found->version;
  told_ms_ = now.steady_ms;
  return frame + "}";
}

bool FaultsFollowing::FaultsAre(const std::string& members) {
  if (members == members_) return false;
  members_ = members;
  is_due_ = true;
  return true;
}

std::optional<std::string> FaultsFollowing::Take(const Moment& now) {
  is_due_ = false;
  return absl::StrCat(FrameFront(id(), now.at_ms), ",", members_, "}");
}

}  // namespace service
