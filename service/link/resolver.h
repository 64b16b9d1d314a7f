// The addresses behind a host's name, looked up aside: a name service that is away is waited for by
// nobody else, at the end neither.
//
// Thread rule: one thread at a time.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace service {

class Resolver {
 public:
  // `host`: what is an address, or `is_path`, of a socket, is that for ever.
  Resolver(std::string host, bool is_path);
  ~Resolver();

  // One address after the other of those that were found last, in turn; and has them looked up
  // again. While there are none: Unavailable, it is under way; NotFound, there are none, and why.
  absl::StatusOr<std::string> Next();

 private:
  struct Look;

  const std::string host_;
  const bool is_address_;
  std::shared_ptr<Look> look_;  // shared with the thread that looks
  size_t turn_ = 0;
};

}  // namespace service
