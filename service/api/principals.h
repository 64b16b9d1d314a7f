// Who may use the HTTPS data plane, and what: the registry's certificates and the keys for
// Signature Version 4. What is in force is replaced as a whole by a reload.
//
// Thread rule: any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"
#include "policy/credentials.h"
#include "policy/registry.h"
#include "rest/error.h"
#include "rest/signature.h"
#include "service/account/clerk.h"
#include "service/account/registry_in_force.h"
#include "service/http/server.h"
#include "service/watch/log.h"

namespace service {

class Principals {
 public:
  // The folder of the keys; an empty one is nobody's. The rest outlives it.
  Principals(RegistryInForce& registry, std::string credentials_folder, Clerk& clerk, Log& log)
      : registry_(registry),
        credentials_folder_(std::move(credentials_folder)),
        clerk_(clerk),
        log_(log) {}

  // Reads registry and keys again and puts them in force, each if all of it is right; else what was
  // stays, and the faults are in the status and in the log.
  absl::Status Load() ABSL_LOCKS_EXCLUDED(loading_);

  // The names that clients sign for: of the data plane (J1), and of the control plane (T2).
  static constexpr absl::string_view kDataServices[] = {"iotdata", "iotdevicegateway"};
  static constexpr absl::string_view kControlServices[] = {"iot", "execute-api"};

  // The policies of whoever asks, and the key if it is signed.
  struct Known {
    std::string access_key_id{};
    std::shared_ptr<const policy::Credentials> credentials;
    policy::Policies policies;
    // Of a key that stands for an identity of Cognito.
    std::string identity_id{};
    std::optional<policy::Policies>
        identity_policies{};  // that must allow as well, on the data plane
  };

  // Who asks: the signer if the request is signed, else the certificate that the peer presented.
  // 403 if it is neither, or one that is not known, not active or not right.
  // `services` are those that a signature may be for.
  std::variant<Known, rest::Error> Identify(
      const HttpExchange& exchange, int64_t now,
      absl::Span<const absl::string_view> services = kDataServices) const;

  // Whose access key a URL of MQTT over WebSocket is signed with (rest/signed_url.h), by its id.
  // 403 if it is not signed, or by nobody of ours. A client certificate is nothing here.
  std::variant<std::string, rest::Error> IdentifySigner(const HttpExchange& exchange,
                                                        int64_t now) const;

  // Why Identify will refuse whoever asks, as far as that is in the head: there is nothing that
  // says who it is, or it is nobody of ours. Nothing: it may hold. Of a signature all is looked at
  // but whether it is right, since the body is part of that.
  std::optional<rest::Error> JudgeHead(
      const HttpExchange& head, int64_t now,
      absl::Span<const absl::string_view> services = kDataServices) const;

 private:
  void TellOfKeys(const policy::Credentials& credentials);

  // Who a request says it is from.
  struct Claim {
    Known known;
    std::optional<rest::Signature> signature;  // if it is signed
    const policy::Credential* key = nullptr;   // that it is signed with
  };
  std::variant<Claim, rest::Error> ReadClaim(const HttpExchange& exchange) const;

  RegistryInForce& registry_;
  const std::string credentials_folder_;
  Clerk& clerk_;
  Log& log_;
  absl::Mutex loading_;  // one after the other: the later reading counts
  mutable absl::Mutex mutex_;
  std::shared_ptr<const policy::Credentials> credentials_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace service
