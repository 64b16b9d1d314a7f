#include "service/commit/device_group.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace service {
namespace {

std::string AsKept(const DeviceAnswer& answer) {
  return absl::StrCat(absl::string_view(answer.accepted ? "\1" : "\0", 1), answer.payload);
}

DeviceAnswer FromKept(absl::string_view kept) {
  return {.accepted = kept.front() != '\0', .payload = std::string(kept.substr(1))};
}

}  // namespace

void WordDeviceAnswer(uint64_t sequence, const DeviceAnswer& answer,
                      proto::AnswerBatchWriter& answers) {
  answers.BeginAnswer(sequence, {});
  answers.BeginMessage(answer.accepted ? proto::AnswerTopic::kAccepted
                                       : proto::AnswerTopic::kRejected) += answer.payload;
}

void DeviceGroup::Run(absl::Span<const DeviceAsk> asks, Journal& journal,
                      proto::AnswerBatchWriter& answers) {
  for (const DeviceAsk& ask : asks) {
    const auto answer = RunOne(ask, journal);
    if (answer) WordDeviceAnswer(ask.request.sequence, *answer, answers);
  }
}

std::optional<DeviceAnswer> DeviceGroup::RunOne(const DeviceAsk& ask, Journal& journal) {
  const proto::LinkRequest& request = ask.request;
  if (request.resent) {
    const auto found = journal.Find(ask.broker, request.sequence);
    if (!found.ok()) {
      log_.Error("journal_unreadable", {{"cause", found.status().ToString()}});
      return devices_.Refuse(ask);
    }
    if (*found && (*found)->beyond) return FromKept((*found)->previous);
  }
  // It changed nothing when it was handled before, and came after that which counts by now.
  const bool may_change = !request.resent || !journal.HasPassed(ask.broker, request.sequence);
  const size_t mark = draft_.mark();
  auto answer = devices_.Handle(ask, may_change, draft_);
  if (answer && draft_.mark() != mark) {
    kept_.push_back({ask.broker, request.sequence, ask.now, AsKept(*answer)});
  }
  return answer;
}

Applied DeviceGroup::applied() const {
  Applied applied;
  for (const Kept& one : kept_) {
    applied.Add(one.broker,
                {.sequence = one.sequence, .now = one.now, .previous = one.answer, .beyond = true});
  }
  return applied;
}

}  // namespace service
