// What an operation has at hand beside the account: whose it is, the time, what cannot be foreseen,
// and what is too large to be kept in memory. All of it is handed in.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "policy/registry_part.h"

namespace control {

// A body of a request that is longer is refused unread.
inline constexpr size_t kBodyBytesMax = 512 * 1024;

// A certificate that the local authority has made, as PEM texts.
struct Made {
  std::string certificate;
  std::string id;
  std::string public_key{};   // empty unless the keys were made, too
  std::string private_key{};  // told to whoever asks for it, once, and kept nowhere
};

struct Surroundings {
  absl::string_view partition = "aws";
  std::string region;
  std::string account_id;              // 12 digits
  std::string endpoint;                // DescribeEndpoint answers this
  std::string endpoint_jobs{};         // empty: the same
  std::string endpoint_credentials{};  // empty: the same
  int64_t deprecation_wait_ms = 0;     // a thing type must have been deprecated for so long (TY4)

  int64_t now_ms = 0;                       // since the epoch
  int64_t bench_ahead_ms = 0;               // so far a test bench has moved the time on
  std::function<std::string()> new_uuid{};  // version 4
  std::function<std::string()> new_code{};  // 64 hex digits

  // Null: there is no local authority. From a key of its own, and for the CSR's.
  std::function<absl::StatusOr<Made>()> make_certificate{};
  std::function<absl::StatusOr<Made>(absl::string_view csr)> certify{};

  // The PEM of a certificate or CA, or the document of a policy as it stands in its file; nothing
  // if it is not known.
  std::function<std::optional<std::string>(policy::RegistryPart part, absl::string_view name)>
      read_entry{};

  // What becomes of templates that name a hook (F12): refused where they are made, taken with the
  // hook left out, or asked for by whoever performs (provisioning/device.h).
  enum class Hooks : uint8_t { kRefused, kIgnored, kAsked };
  Hooks hooks = Hooks::kRefused;

  // Whether the client called so is connected, and since when (GetThingConnectivityData).
  struct Connectivity {
    bool connected = false;
    int64_t since_ms = 0;
    std::string disconnect_reason{};
    std::string address{};
  };
  std::function<std::optional<Connectivity>(absl::string_view client_id)> connectivity{};

  // By which what goes by itself goes: claims, and certificates that nobody comes to own.
  int64_t bench_ms() const { return now_ms + bench_ahead_ms; }
};

}  // namespace control
