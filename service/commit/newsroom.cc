#include "service/commit/newsroom.h"

#include <algorithm>
#include <utility>

#include "proto/envelope.h"
#include "proto/news.h"

namespace service {

// One answer a request, in their order; between them stand answers beyond shadows.
void Newsroom::Report(absl::Span<const Ask> asks, absl::Span<proto::Dispatch> dispatches) {
  size_t next = 0;
  for (proto::Dispatch& dispatch : dispatches) {
    auto batch = proto::DecodeAnswerBatch(dispatch.answers);
    if (!batch.ok()) continue;  // it is our own, and decodes
    proto::NewsWriter news(life_, last_number_ + 1, batch->epoch);
    for (proto::LinkAnswer& answer : batch->answers) {
      dispatch.last = std::max(dispatch.last, answer.sequence);
      if (next == asks.size() || asks[next].broker != dispatch.broker ||
          asks[next].request.sequence != answer.sequence) {
        continue;
      }
      if (!answer.messages.empty()) {
        news.Add({.sequence = answer.sequence,
                  .replayed = asks[next].replayed,
                  .id = asks[next].request.id,
                  .messages = std::move(answer.messages)});
      }
      ++next;
    }
    if (news.items() == 0) continue;
    dispatch.number = ++last_number_;
    dispatch.news = std::move(news).Finish();
  }
}

proto::Dispatch Newsroom::Report(absl::string_view outcome) {
  proto::Dispatch dispatch = {.broker = proto::kNoBroker};
  auto batch = proto::DecodeAnswerBatch(outcome);
  if (!batch.ok()) return dispatch;
  proto::NewsWriter news(life_, last_number_ + 1, 0);
  for (proto::LinkAnswer& answer : batch->answers) {
    news.Add({.id = answer.id, .messages = std::move(answer.messages)});
  }
  dispatch.number = ++last_number_;
  dispatch.news = std::move(news).Finish();
  return dispatch;
}

}  // namespace service
