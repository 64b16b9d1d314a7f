#include "service/history/historian.h"

#include <utility>

#include "rest/error.h"
#include "service/history/questions.h"

namespace service {

Historian::Historian(Settings settings, const storage::Store& store, HistoryReader& reader,
                     Log& log)
    : settings_(std::move(settings)), store_(store), reader_(reader), log_(log) {}

template <class Asked, class... More>
void Historian::Put(const Asked& asked, Asking asking, More... more) {
  auto question = service::Asked(asked, {settings_, store_, log_}, asking, std::move(more)...);
  if (reader_.Put(std::move(question))) return;
  asking.respond(rest::WordError(
      rest::Unavailable("Too many read the history at this time: try again"), asking.request_id));
}

void Historian::Ask(const rest::ListHistory& list, Asking asking) { Put(list, std::move(asking)); }

void Historian::Ask(const rest::GetVersion& get, Asking asking) { Put(get, std::move(asking)); }

void Historian::Ask(const rest::CompareVersions& compare, Asking asking) {
  Put(compare, std::move(asking));
}

void Historian::Ask(const rest::Blame& blame, Asking asking) { Put(blame, std::move(asking)); }

void Historian::Ask(const rest::ReadChanges& read, Asking asking) { Put(read, std::move(asking)); }

void Historian::Ask(const rest::Restore& restore, Asking asking, Send send) {
  Put(restore, std::move(asking), std::move(send));
}

}  // namespace service
