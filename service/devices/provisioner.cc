#include "service/devices/provisioner.h"

#include <chrono>
#include <optional>
#include <set>
#include <utility>
#include <variant>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "proto/device_refusal.h"
#include "proto/device_topic.h"
#include "service/devices/allowance.h"
#include "service/devices/hook.h"

namespace service {
namespace {

using control::DeviceAsks;
using control::DeviceRefusal;

int64_t NowSteadyMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

std::optional<DeviceAsks> AsksOf(const Provisioner::Request& request) {
  using Family = proto::DeviceTopic::Family;
  const auto topic = proto::ParseDeviceTopic(request.topic);
  if (topic.kind != proto::DeviceTopic::Kind::kRequest) return std::nullopt;
  DeviceAsks asks{
      .payload = request.payload, .client_id = request.client_id, .principal = request.principal};
  if (topic.family == Family::kTemplates) {
    asks.verb = DeviceAsks::Verb::kProvision;
    asks.template_name = std::string(topic.subject);
    return asks;
  }
  if (topic.family != Family::kCertificates) return std::nullopt;
  asks.verb =
      topic.verb == "create" ? DeviceAsks::Verb::kCreateKeys : DeviceAsks::Verb::kCreateFromCsr;
  return asks;
}

desk::Answer Refused(const DeviceRefusal& refusal) {
  return {.accepted = false,
          .payload = proto::WordProvisioningRefusal(refusal.status, refusal.code, refusal.message)};
}

// One that nobody has looked into.
desk::Answer Refused(const std::string& topic, proto::DeviceFault fault) {
  return {.accepted = false,
          .payload = proto::WordDeviceRefusal(proto::ParseDeviceTopic(topic), fault,
                                              /*token=*/"", /*now=*/0)};
}

// A request, for as long as somebody is at it.
struct Job {
  DeviceAsks asks;
  std::pair<uint64_t, std::string> place;  // its connection and topic
  Provisioner::Answered answered;
  std::optional<control::HookVerdict> verdict{};
  // What the last performing gave in the place of something done.
  std::optional<DeviceRefusal> refusal{};
  std::optional<control::HookQuestion> question{};
};

// What is not the device's fault: it can ask again.
desk::Answer NotDone(const Job& job) {
  return Refused(job.place.second, proto::DeviceFault::kInternal);
}

}  // namespace

class Provisioner::Desk : public std::enable_shared_from_this<Desk> {
 public:
  Desk(const std::string& hook_command, Clerk& clerk, Log& log) : clerk_(clerk), log_(log) {
    if (!hook_command.empty()) hook_ = std::make_shared<Hook>(hook_command);
  }

  // Who waits for the hook is told, and nobody is asked any more.
  void Close() {
    const std::shared_ptr<Hook> ends = [this] {
      const absl::MutexLock lock(&mutex_);
      return std::exchange(hook_, nullptr);
    }();
  }

  void Take(Request request, Answered answered) {
    auto asks = AsksOf(request);
    if (!asks) return answered(Refused(request.topic, proto::DeviceFault::kInternal));
    if (!request.fault.empty()) {
      return answered(Refused(DeviceRefusal{400, "InvalidParameters", request.fault}));
    }
    std::pair place(request.connection, std::move(request.topic));
    if (!Enter(*asks, place)) {
      return answered(Refused(place.second, proto::DeviceFault::kThrottled));
    }
    Perform(std::make_shared<Job>(
        Job{.asks = *std::move(asks), .place = std::move(place), .answered = std::move(answered)}));
  }

 private:
  bool Enter(const DeviceAsks& asks, const std::pair<uint64_t, std::string>& place) {
    const absl::MutexLock lock(&mutex_);
    if (under_way_.size() >= kUnderWayMax || under_way_.contains(place)) return false;
    const bool makes_one = asks.verb != DeviceAsks::Verb::kProvision;
    if (makes_one && !allowance_.Take(place.first, NowSteadyMs())) return false;
    under_way_.insert(place);
    return true;
  }

  void Leave(const std::shared_ptr<Job>& job, desk::Answer answer) {
    {
      const absl::MutexLock lock(&mutex_);
      under_way_.erase(job->place);
    }
    job->answered(std::move(answer));
  }

  void Perform(const std::shared_ptr<Job>& job) {
    clerk_.Put(
        [job](const control::Account& account,
              const control::Surroundings& here) -> control::Outcome {
          job->refusal.reset();
          job->question.reset();
          auto outcome = control::AnswerDevice(job->asks, job->verdict, account, here);
          if (auto* done = std::get_if<control::Done>(&outcome)) return std::move(*done);
          if (auto* refusal = std::get_if<DeviceRefusal>(&outcome)) {
            job->refusal = std::move(*refusal);
          } else {
            job->question = std::move(std::get<control::HookQuestion>(outcome));
          }
          return control::InvalidRequest("");  // the job knows more
        },
        [job, desk = shared_from_this()](rest::Answer answer) {
          desk->Performed(job, std::move(answer));
        });
  }

  void Performed(const std::shared_ptr<Job>& job, rest::Answer answer) {
    if (answer.status == 200) {
      return Leave(job, {.accepted = true, .payload = std::move(answer.body)});
    }
    if (auto question = std::exchange(job->question, std::nullopt)) {
      return Ask(job, std::move(question->payload));
    }
    Leave(job, job->refusal ? Refused(*job->refusal) : NotDone(*job));
  }

  void Ask(const std::shared_ptr<Job>& job, std::string question) {
    const std::shared_ptr<Hook> hook = [this] {
      const absl::MutexLock lock(&mutex_);
      return hook_;
    }();
    if (hook == nullptr) return Leave(job, NotDone(*job));
    hook->Ask(std::move(question),
              [job, desk = shared_from_this()](const absl::StatusOr<std::string>& said) {
                desk->Told(job, said);
              });
  }

  // F12: whatever fails is a refusal.
  void Told(const std::shared_ptr<Job>& job, const absl::StatusOr<std::string>& said) {
    auto verdict = said.ok() ? control::ReadHookVerdict(*said) : said.status();
    if (verdict.ok()) {
      job->verdict = *std::move(verdict);
      return Perform(job);
    }
    log_.Warning("provisioning_hook_failed", {{"template", job->asks.template_name},
                                              {"client", job->asks.client_id},
                                              {"cause", verdict.status().message()}});
    Leave(job, Refused(DeviceRefusal{403, "AccessDenied",
                                     "The hook of the provisioning template has failed"}));
  }

  Clerk& clerk_;
  Log& log_;
  absl::Mutex mutex_;
  std::shared_ptr<Hook> hook_ ABSL_GUARDED_BY(mutex_);  // null: nobody is asked
  Allowance allowance_ ABSL_GUARDED_BY(mutex_);
  std::set<std::pair<uint64_t, std::string>> under_way_ ABSL_GUARDED_BY(mutex_);
};

Provisioner::Provisioner(const std::string& hook_command, Clerk& clerk, Log& log)
    : desk_(std::make_shared<Desk>(hook_command, clerk, log)) {}

Provisioner::~Provisioner() { desk_->Close(); }

void Provisioner::Take(Request request, Answered answered) {
  desk_->Take(std::move(request), std::move(answered));
}

}  // namespace service
