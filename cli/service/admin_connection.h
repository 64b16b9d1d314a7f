// A connection to a running shadowd's admin socket (docs/admin-socket.md), which the flag
// --admin-socket or the setting admin_socket names.
#pragma once

#include <optional>
#include <string>

#include "absl/flags/declare.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/command.h"
#include "cli/json_text.h"
#include "policy/json_tree.h"

ABSL_DECLARE_FLAG(std::string, admin_socket);

namespace cli {

class AdminConnection {
 public:
  // InvalidArgument: no socket is named. Unavailable: nobody listens there.
  static absl::StatusOr<AdminConnection> Open();

  AdminConnection(AdminConnection&& other) noexcept;
  AdminConnection& operator=(AdminConnection&&) = delete;
  ~AdminConnection();

  absl::Status Send(const JsonText& request);

  // The next line of the answer; Unavailable: there comes no more.
  absl::StatusOr<std::string> Line();

  // Ends Line in whatever thread waits in it, with Unavailable.
  void HangUp();

  // Sends a request that has one line for an answer, and gives that, as it came and read. What
  // shadowd refuses has its code and words.
  struct Answer {
    std::string line;
    policy::Node tree;
  };
  absl::StatusOr<Answer> Ask(const JsonText& request);

 private:
  explicit AdminConnection(int socket) : socket_(socket) {}

  int socket_;
  std::string buffer_;
};

// A line of an answer as what it says, or the error that it tells of.
absl::StatusOr<policy::Node> ReadAdminAnswer(absl::string_view line);

// Asks the running shadowd, and prints a line for each member of its answer; with --json the answer
// as it came.
absl::StatusOr<ExitCode> TellAnswer(Call& call, const JsonText& request);

}  // namespace cli
