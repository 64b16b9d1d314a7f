// A question that is answered by walking back through the past of one shadow.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "history/change.h"
#include "history/walk.h"
#include "rest/error.h"
#include "rest/history.h"
#include "service/history/historian.h"
#include "service/history/reader.h"
#include "service/history/store_entries.h"

namespace service {

// What all questions need; it outlives them.
struct Sources {
  const Historian::Settings& settings;
  const storage::Store& store;
  Log& log;
};

class Looking : public Question {
 public:
  bool GoOn(Slice slice) final;
  void GiveUp() final;

 protected:
  Looking(const Sources& sources, rest::HistoryOf of, Historian::Asking asking);

  // The walk stands at the newest state. True: it is answered.
  virtual bool Begin() { return false; }
  // The walk went a step. True: it is answered.
  virtual bool Take(const history::Step& step) = 0;
  // The walk has ended: answers.
  virtual void End() = 0;
  // The slice is over. True: it is answered.
  virtual bool Pause() { return false; }
  virtual bool WantsEvents() const { return false; }

  const history::Walk& walk() const { return *walk_; }
  const Sources& sources() const { return sources_; }
  const rest::HistoryOf& of() const { return of_; }
  const Historian::Asking& asking() const { return asking_; }
  const storage::HistoryFloors& floors() const { return floors_; }

  void Answer(std::string body) const;
  void Refuse(const rest::Error& error) const;
  void Fail(const absl::Status& cause) const;  // 500; the cause goes to the log

  // 404. There is neither a shadow nor a trace of one; or there is one, and nothing is kept of its
  // past. Nothing: something is.
  std::optional<rest::Error> WhyNothing() const;
  // 404 with the oldest version that is kept. `what` begins its message.
  rest::Error NotKept(absl::string_view what) const;

  // `,"kept_from":{"version":3,"timestamp":…}`: the oldest version that was reached; or nothing.
  std::string KeptFrom() const;
  // `,"reported":"not kept before …"`, if that is so of `state`.
  std::string ReportedNote(const history::State& state) const;
  // What the step changed, as far as it is kept. Views of the step.
  static std::vector<history::LeafChange> ChangesOf(const history::Step& step,
                                                    history::Listing listing);
  // The step's entry.
  void PrintStep(const history::Step& step, std::string& out) const;

 private:
  // A version that was reached, the oldest so far.
  struct Oldest {
    int64_t version = 0;  // 0: none was
    int64_t time = 0;     // epoch seconds
    void Reach(const history::State& state) {
      version = state.document.version;
      time = state.document.updated_at;
    }
  };

  absl::Status BeginWalk();
  void Reach(const history::State& state);

  const Sources sources_;
  const rest::HistoryOf of_;
  const Historian::Asking asking_;
  StoreEntries entries_;
  storage::HistoryFloors floors_;
  std::unique_ptr<history::Walk> walk_;
  bool has_stepped_ = false;
  Oldest kept_;
  Oldest reported_;  // that is kept as a whole
};

}  // namespace service
