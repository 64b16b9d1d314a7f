#include "cli/advise/session.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <random>
#include <utility>
#include <variant>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "cli/advise/subject_flags.h"
#include "cli/flags.h"

ABSL_DECLARE_FLAG(int64_t, seed);
ABSL_DECLARE_FLAG(std::string, client_id);
ABSL_FLAG(std::string, run, "", "CMD: starts the device, and is started anew where it is to begin");
ABSL_FLAG(std::string, power, "", "CMD: cuts the device's power and gives it back");
ABSL_FLAG(int64_t, patience, 1,
          "N: wait so many times as long for what the device is to do, 1 to 60");

namespace cli {
namespace {

using advise::Scenario;
using advise::Verdict;
using Kind = Verdict::Kind;

constexpr absl::Duration kLook = absl::Milliseconds(100);  // whether the device's command stands

std::atomic<bool> is_interrupted = false;
void Interrupt(int) { is_interrupted = true; }

bool Starts(const Scenario& scenario) {
  const auto* const deed = std::get_if<advise::Deed>(&scenario.steps.front().what);
  return deed != nullptr && deed->kind == advise::Deed::Kind::kStart;
}

// A shell takes it as one word.
std::string Quoted(const std::string& word) {
  return absl::StrCat("'", absl::StrReplaceAll(word, {{"'", "'\\''"}}), "'");
}

}  // namespace

absl::StatusOr<Session> Session::FromFlags() {
  auto subject = SubjectFromFlags();
  if (!subject.ok()) return subject.status();
  const int64_t patience = absl::GetFlag(FLAGS_patience);
  if (patience < 1 || patience > 60) return absl::InvalidArgumentError("--patience: 1 to 60");
  auto client = HttpsClient::FromFlags();
  if (!client.ok()) return client.status();
  auto witness = Witness::Open(subject->thing, absl::GetFlag(FLAGS_client_id));
  if (!witness.ok()) return witness.status();
  const int64_t given = absl::GetFlag(FLAGS_seed);
  const uint64_t seed = given < 0 ? std::random_device()() : static_cast<uint64_t>(given);
  signal(SIGINT, Interrupt);
  signal(SIGTERM, Interrupt);
  return Session(*std::move(subject), seed, *std::move(client), *std::move(witness));
}

Session::Session(advise::Subject subject, uint64_t seed, HttpsClient client,
                 std::unique_ptr<Witness> witness)
    : subject_(std::move(subject)),
      seed_(seed),
      witness_(std::move(witness)),
      device_(std::make_unique<DeviceCommand>(absl::GetFlag(FLAGS_run), absl::GetFlag(FLAGS_power),
                                              subject_.thing)),
      hands_(std::move(client), *device_,
             absl::GetFlag(FLAGS_client_id).empty() ? subject_.thing
                                                    : absl::GetFlag(FLAGS_client_id)) {}

bool Session::IsInterrupted() { return is_interrupted; }

// Why the scenario cannot be run; empty: it can.
std::string Session::WhatIsMissing(const Scenario& scenario) const {
  for (const advise::Need need : scenario.needs) {
    switch (need) {
      case advise::Need::kWire:
        return "needs the wire";
      case advise::Need::kJobs:
        return "there are no jobs yet";
      case advise::Need::kPower:
        if (!device_->can_cut_power()) return "needs --power, or --run";
        break;
      case advise::Need::kNamed:
        if (subject_.shadow.empty()) return "needs a named shadow: --name";
        break;
      case advise::Need::kRegistry:
        if (absl::GetFlag(FLAGS_registry).empty()) return "needs --registry";
        break;
    }
  }
  return "";
}

std::string Session::RepeatCommand(const std::string& scenario) const {
  std::string text = absl::StrCat("shadowctl advise --thing ", subject_.thing, " --scenario ",
                                  Quoted(scenario), " --seed ", seed_);
  const auto put = [&](absl::string_view flag, const std::string& value) {
    if (!value.empty()) absl::StrAppend(&text, " ", flag, " ", Quoted(value));
  };
  put("--name", subject_.shadow);
  put("--client-id", absl::GetFlag(FLAGS_client_id));
  put("--state", absl::GetFlag(FLAGS_state));
  put("--other", absl::GetFlag(FLAGS_other));
  put("--run", absl::GetFlag(FLAGS_run));
  put("--power", absl::GetFlag(FLAGS_power));
  if (const int64_t patience = absl::GetFlag(FLAGS_patience); patience != 1) {
    absl::StrAppend(&text, " --patience ", patience);
  }
  return text;
}

// Until the trial is over.
void Session::Attend(advise::Trial& trial, const advise::Subject& subject) {
  while (!trial.is_over()) {
    if (is_interrupted) return trial.Broken("interrupted", witness_->NowUs());
    if (const auto action = trial.Next(witness_->NowUs())) {
      std::vector<std::string> found;
      const absl::Status done = hands_.Do(*action, subject, found);
      trial.Done(done, found, witness_->NowUs());
      continue;
    }
    if (trial.is_over()) return;
    const auto left = absl::Microseconds(trial.UntilUs() - witness_->NowUs());
    auto observation = witness_->Next(std::clamp(left, absl::ZeroDuration(), kLook));
    while (observation.ok() && *observation) {
      trial.Observe(**std::move(observation));
      observation = witness_->Next(absl::ZeroDuration());
    }
    if (!observation.ok()) return trial.Broken(observation.status().message(), witness_->NowUs());
    if (const auto end = device_->TakeEnd()) trial.DeviceEnded(*end, witness_->NowUs());
  }
}

Verdict Session::Try(const Scenario& scenario) {
  if (const std::string missing = WhatIsMissing(scenario); !missing.empty()) {
    return {.kind = Kind::kNotApplicable, .why = missing};
  }
  advise::Subject subject = subject_;
  const absl::Status prepared = hands_.Prepare(Starts(scenario), subject);
  advise::Trial trial(scenario, subject,
                      {.seed = seed_,
                       .plans = absl::StrCat("advise-", getpid(), "-", ++tried_),
                       .patience = absl::GetFlag(FLAGS_patience),
                       .can_start = device_->can_start()},
                      witness_->NowUs());
  if (prepared.ok()) {
    Attend(trial, subject);
  } else {
    trial.Broken(prepared.message(), witness_->NowUs());
  }
  Verdict verdict = trial.verdict();
  if (const absl::Status clean = hands_.CleanUp(); !clean.ok() && verdict.kind == Kind::kPass) {
    verdict.kind = Kind::kError;
    verdict.why = std::string(clean.message());
  }
  return verdict;
}

}  // namespace cli
