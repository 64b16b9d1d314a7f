// Devices that come with a certificate which is not registered (CE7): the plugin tells of them, the
// clerk registers what an authority of the account has signed. However many come, few wait at a
// time, so that others' requests are not held up; a device that is refused comes again.
//
// Thread rule: Hear on the link's thread.
#pragma once

#include <cstddef>
#include <memory>

#include "absl/strings/string_view.h"
#include "service/account/clerk.h"
#include "service/watch/log.h"

namespace service {

class Newcomers {
 public:
  static constexpr size_t kWaitingMax = 16;
  static constexpr int64_t kSayEveryMs = 10'000;  // that one was not registered

  // Both outlive it.
  Newcomers(Clerk& clerk, Log& log);

  // True if the envelope was of them. One that does not decode has no effect but a line in the log.
  bool Hear(absl::string_view envelope);

 private:
  class Desk;

  Clerk& clerk_;
  const std::shared_ptr<Desk> desk_;  // the clerk's answers may come when this is gone
};

}  // namespace service
