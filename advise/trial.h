// One scenario on one device: says what is to be done now, is shown what the device does, and comes
// to a verdict. Pure: times and observations come in, actions and the verdict come out.
//
// All times are of one clock, the broker's, in microseconds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "advise/match.h"
#include "advise/observation.h"
#include "advise/scenario.h"
#include "advise/subject.h"

namespace advise {

struct Verdict {
  enum class Kind : uint8_t { kPass, kWarn, kFail, kNotApplicable, kError };

  Kind kind = Kind::kPass;
  size_t step = 0;                  // of the scenario, from 1; 0: none
  std::string text{};               // of that step, as it was written
  std::string why{};                // empty if it passes
  std::vector<Observation> last{};  // the last ones before a failure or warning, oldest first
  int64_t began_us = 0;
  int64_t took_us = 0;
};

// "pass", "warn", "fail", "not applicable", "error".
absl::string_view VerdictText(Verdict::Kind kind);

// What somebody with hands is to do for a trial.
struct Action {
  enum class Kind : uint8_t {
    kStart,     // the device's command anew
    kPower,     // off and on
    kUpdate,    // of the shadow with `text`
    kDelete,    // the shadow
    kReset,     // the shadow is gone as if it had never been
    kPublish,   // `text` to `topic`
    kFault,     // the plan `text` is in force
    kClock,     // as `text` says
    kPolicies,  // are looked at (wildcards.h), and what was found handed to Done
  };

  Kind kind;
  std::string topic{};
  std::string text{};
};

class Trial {
 public:
  static constexpr size_t kLastObservations = 20;

  struct Settings {
    uint64_t seed = 0;       // of all its fault plans
    std::string plans{};     // what the names of its fault plans begin with
    int64_t patience = 1;    // by which every wait for something to come is longer
    bool can_start = false;  // else its connection is cut where it is to be started
  };

  // The scenario outlives it, and has steps. Of the subject's two states that one is `other` which
  // the device reports when one of them is asked for first.
  Trial(const Scenario& scenario, Subject subject, Settings settings, int64_t now_us);
  Trial(const Trial&) = delete;
  Trial& operator=(const Trial&) = delete;

  // What to do now. Nothing: show it observations until UntilUs, or until it is over. An action is
  // given once, and the next only after Done.
  std::optional<Action> Next(int64_t now_us);

  // The action has been carried out, or why it could not be; `found`: by kPolicies, of which
  // NotFound is a device without policies.
  void Done(const absl::Status& status, const std::vector<std::string>& found, int64_t now_us);

  // When Next is to be called at the latest.
  int64_t UntilUs() const { return until_us_; }

  // In the order in which they came.
  void Observe(Observation observation);

  // The device's command has ended by itself.
  void DeviceEnded(absl::string_view how, int64_t now_us);

  // The bench itself cannot go on.
  void Broken(absl::string_view why, int64_t now_us);

  bool is_over() const { return is_over_; }
  const Verdict& verdict() const { return verdict_; }

 private:
  // How long observations may be under way.
  static constexpr int64_t kLagUs = 60'000;

  void Begin(int64_t now_us);
  void Follow(int64_t now_us);
  void SetCursor(int64_t now_us);
  void Choose();
  Action ActionOf(const Deed& deed);
  // Whether a step of that kind is over.
  void Look(const Deed& deed, int64_t now_us);
  void Look(const Expect& expect, int64_t now_us);
  void Look(const Never& never, int64_t now_us);
  void Look(const Require& require, int64_t now_us);
  void Look(const JudgeBackoff& judge, int64_t now_us);
  void Look(const JudgePolicies& judge, int64_t now_us);
  // The next observation of this step that counts, if there is one in its time.
  std::optional<size_t> NextHit();
  void Pass(int64_t now_us);
  // The step was not met; if it only warns, the trial goes on.
  void Fail(std::string why, int64_t now_us);
  void Warn(std::string why);
  void End(Verdict::Kind kind, std::string why, int64_t now_us);
  void Note(Verdict::Kind kind, std::string why);
  std::string Within(int64_t ms) const;

  const Scenario& scenario_;
  Subject subject_;
  const Settings settings_;

  std::vector<Observation> seen_;
  size_t step_ = 0;
  bool has_begun_ = false;  // the step
  bool is_acting_ = false;  // an action was given, and is not done
  int64_t step_began_us_ = 0;
  int64_t until_us_ = 0;
  int64_t repeats_ = 0;      // of a deed, so far
  bool has_chosen_ = false;  // which of the subject's states is which
  uint64_t deeds_ = 0;       // so far; what "$n" is
  size_t cursor_ = 0;        // observations before it are of earlier steps
  size_t looked_ = 0;        // those before it were counted for this step
  int64_t anchor_us_ = 0;    // when what was awaited last came, or the last deed began
  std::optional<Tally> tally_;
  std::vector<size_t> hits_;  // observations of this step that count
  bool is_over_ = false;
  Verdict verdict_;
};

}  // namespace advise
