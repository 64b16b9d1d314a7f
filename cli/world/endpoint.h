// One endpoint of a world: its ports and files, and how its two programs are started.
//
//   mosquitto.conf, link.secret, shadowctl.conf, broker.pid
//   link.sock, admin.sock, data/         shadowd's link and admin socket, its store
//   broker.log, shadowd.log
//   ca/, server/, registry/, things/     with TLS, as `shadowctl thing create` takes them
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/json_text.h"
#include "cli/world/process.h"
#include "cli/world/programs.h"

namespace cli {

inline constexpr char kWorldAddress[] = "127.0.0.1";

struct Endpoint {
  Programs programs;
  std::string folder;
  bool tls = false;
  int mqtt_port = 0;
  int mqtts_port = 0;  // with `tls`: for clients with a certificate of ca/, that the registry knows
  int http_port = 0;

  std::string File(absl::string_view name) const;  // in the folder
  std::string HttpUrl() const;
  std::string CaFile() const;

  // What a program in the world finds in its environment.
  std::vector<std::pair<std::string, std::string>> Environment() const;

  // The same for a program that holds the world.
  JsonText Description() const;

  Start BrokerStart() const;
  Start ServiceStart() const;
};

// Gives it ports that are free now, and may be taken before they are used.
absl::Status ChoosePorts(Endpoint& endpoint);

// Makes the authority and the server's certificate. Fails with the reason.
absl::Status MakeCertificates(const Endpoint& endpoint);

// Writes all else that the two programs read. Fails with the system's reason.
absl::Status WriteFiles(const Endpoint& endpoint);

}  // namespace cli
