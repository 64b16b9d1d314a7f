// The first shadow request of a world, and its answer: the proof that all of it is there. The
// plugin holds the request until shadowd has come, so the answer is the event to wait for.
#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace cli {

class FirstAnswer {
 public:
  FirstAnswer() = default;
  FirstAnswer(const FirstAnswer&) = delete;
  FirstAnswer& operator=(const FirstAnswer&) = delete;
  ~FirstAnswer();

  // Connects to the broker, which listens, and asks. Unavailable: with the system's reason.
  absl::Status Ask(int port);

  // To be polled for reading; -1 before Ask, which poll() takes for nothing.
  int descriptor() const { return socket_; }

  // Reads what has come. True: it was answered, by the service itself. Unavailable: the broker has
  // ended the connection.
  absl::StatusOr<bool> Read();

 private:
  absl::Status Send(const std::string& bytes);

  int socket_ = -1;
  std::string received_;  // since the last question
};

}  // namespace cli
