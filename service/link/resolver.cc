#include "service/link/resolver.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"

namespace service {
namespace {

bool IsAddress(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> parsed;
  return inet_pton(AF_INET, host.c_str(), parsed.data()) == 1 ||
         inet_pton(AF_INET6, host.c_str(), parsed.data()) == 1;
}

absl::StatusOr<std::vector<std::string>> LookUp(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(host.c_str(), nullptr, &hints, &found); error != 0) {
    return absl::NotFoundError(absl::StrCat("its name has no address: ", gai_strerror(error)));
  }
  std::vector<std::string> addresses;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (getnameinfo(one->ai_addr, one->ai_addrlen, text.data(), text.size(), nullptr, 0,
                    NI_NUMERICHOST) == 0) {
      addresses.emplace_back(text.data());
    }
  }
  freeaddrinfo(found);
  return addresses;
}

}  // namespace

struct Resolver::Look {
  absl::Mutex mutex;
  bool is_under_way ABSL_GUARDED_BY(mutex) = false;
  std::vector<std::string> addresses ABSL_GUARDED_BY(mutex);
  std::string fault ABSL_GUARDED_BY(mutex);  // why there are none; empty: not known yet
};

Resolver::Resolver(std::string host, bool is_path)
    : host_(std::move(host)),
      is_address_(is_path || IsAddress(host_)),
      look_(std::make_shared<Look>()) {}

Resolver::~Resolver() = default;

absl::StatusOr<std::string> Resolver::Next() {
  if (is_address_) return host_;
  const absl::MutexLock lock(&look_->mutex);
  if (!std::exchange(look_->is_under_way, true)) {
    // It may take longer than this lives.
    std::thread([look = look_, host = host_] {
      auto found = LookUp(host);
      const absl::MutexLock done(&look->mutex);
      look->is_under_way = false;
      if (found.ok() && !found->empty()) {
        look->addresses = *std::move(found);
      } else if (look->addresses.empty()) {
        look->fault =
            std::string(found.ok() ? "its name has no address" : found.status().message());
      }
    }).detach();
  }
  if (!look_->addresses.empty()) return look_->addresses[turn_++ % look_->addresses.size()];
  if (!look_->fault.empty()) return absl::NotFoundError(look_->fault);
  return absl::UnavailableError("its name is looked up");
}

}  // namespace service
