#include "service/commit/mailbox.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <utility>

#include "absl/types/span.h"

namespace service {

Mailbox::Mailbox() : descriptor_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Mailbox::~Mailbox() { close(descriptor_); }

void Mailbox::Put(LocalRequest request, Done done) {
  {
    const absl::MutexLock lock(&mutex_);
    requests_.push_back(std::move(request));
    dones_.push_back(std::move(done));
  }
  Wake();
}

void Mailbox::Wake() const { eventfd_write(descriptor_, 1); }

std::vector<std::string> Mailbox::Serve(
    const std::function<bool(absl::Span<LocalRequest> requests)>& process) {
  std::vector<LocalRequest> requests;
  std::vector<Done> dones;
  {
    const absl::MutexLock lock(&mutex_);
    requests.swap(requests_);
    dones.swap(dones_);
    eventfd_t count = 0;
    eventfd_read(descriptor_, &count);
  }
  const bool may_leave = process(absl::MakeSpan(requests));
  std::vector<std::string> messages;
  for (size_t i = 0; i < requests.size(); ++i) {
    const auto outcome = proto::DecodeAnswerBatch(requests[i].outcome);
    if (!may_leave || !outcome.ok() || outcome->answers.empty() ||
        outcome->answers[0].messages.empty()) {
      dones[i]({});
      continue;
    }
    const proto::LinkAnswer& answer = outcome->answers[0];
    dones[i](answer);
    if (requests[i].operation != shadow::Operation::kGet &&
        answer.messages[0].topic == proto::AcceptedTopic(requests[i].operation)) {
      messages.push_back(std::move(requests[i].outcome));
    }
  }
  return messages;
}

}  // namespace service
