// Where other threads leave work for the thread that serves the link, which is the only one that
// changes anything. Bounded by who fills it: a connection has one request at a time.
//
// Thread rule: Put from any thread; the rest on the link's.
#pragma once

#include <functional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "proto/envelope.h"
#include "service/commit/local_request.h"

namespace service {

class Mailbox {
 public:
  // Told, on the link's thread, what became of a request: once what it changed is committed. An
  // answer without messages: nobody knows.
  using Done = std::function<void(const proto::LinkAnswer&)>;

  Mailbox();
  ~Mailbox();
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  void Put(LocalRequest request, Done done);

  // Has the link's thread look, though there is nothing here. From any thread.
  void Wake() const;

  // Readable while there is work.
  int descriptor() const { return descriptor_; }

  // Hands all waiting requests to `process`, which fills their outcomes and says whether they may
  // leave, or else none is told; tells each its outcome; and gives the outcomes that are to be
  // published, oldest first: those of what was accepted and is not a get (F12, H9).
  std::vector<std::string> Serve(
      const std::function<bool(absl::Span<LocalRequest> requests)>& process);

 private:
  const int descriptor_;
  absl::Mutex mutex_;
  std::vector<LocalRequest> requests_ ABSL_GUARDED_BY(mutex_);
  std::vector<Done> dones_ ABSL_GUARDED_BY(mutex_);  // one a request
};

}  // namespace service
