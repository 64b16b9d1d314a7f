// Answers what is asked of the past (rest/history.h), beside the thread that commits and that of
// HTTP: on the reader's (reader.h).
//
// Thread rule: any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "rest/history.h"
#include "rest/message.h"
#include "service/history/reader.h"
#include "service/history/words.h"
#include "service/watch/log.h"
#include "shadow/limits.h"
#include "storage/history_bounds.h"
#include "storage/store.h"

namespace service {

class Historian {
 public:
  struct Settings {
    storage::HistoryBounds bounds{};
    shadow::Limits limits{};
    bool records = true;           // history is on
    std::function<int64_t()> now;  // epoch seconds
  };

  // Everything but the settings outlives it.
  Historian(Settings settings, const storage::Store& store, HistoryReader& reader, Log& log);

  // Who asks, and where the answer goes: once, on this thread or the reader's.
  struct Asking {
    Provenance provenance;
    std::string request_id;
    std::function<void(rest::Answer)> respond;
  };

  void Ask(const rest::ListHistory& list, Asking asking);
  void Ask(const rest::GetVersion& get, Asking asking);
  void Ask(const rest::CompareVersions& compare, Asking asking);
  void Ask(const rest::Blame& blame, Asking asking);
  void Ask(const rest::ReadChanges& read, Asking asking);

  // `send` is given the update that restores, and answers for it; an error, a dry run, and that
  // nothing is to be restored, are answered here.
  using Send = std::function<void(std::string update)>;
  void Ask(const rest::Restore& restore, Asking asking, Send send);

 private:
  template <class Asked, class... More>
  void Put(const Asked& asked, Asking asking, More... more);

  const Settings settings_;
  const storage::Store& store_;
  HistoryReader& reader_;
  Log& log_;
};

}  // namespace service
