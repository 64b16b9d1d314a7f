#include "cli/world/endpoint.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <random>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "identity/authority.h"
#include "policy/registry_writer.h"

namespace cli {
namespace {

// As ./run has it (deploy/dev/mosquitto.conf.in). Nothing is kept for a next start, and the link's
// socket is the last to be made: when it is there the ports are, too.
constexpr char kBrokerSettings[] = R"(per_listener_settings false
allow_anonymous true
auto_id_prefix auto-
set_tcp_nodelay true
allow_duplicate_messages false
persistence false
max_packet_size 149504
max_inflight_messages 100
max_queued_messages 10000
max_queued_bytes 16777216
persistent_client_expiration 7d
log_dest stderr
log_dest topic
)";

// A test's store is small; RocksDB sets as much aside for its logs as these let them have.
constexpr char kStoreBuffer[] = "--store_write_buffer_bytes=1048576";
constexpr char kHistoryBuffer[] = "--store_history_buffer_bytes=1048576";

std::string Secret() {
  std::random_device device;
  std::string secret;
  for (int i = 0; i < 8; ++i) absl::StrAppend(&secret, absl::Hex(device(), absl::kZeroPad8));
  return secret;
}

std::string Listener(int port, absl::string_view more = "") {
  return absl::StrCat("listener ", port, " ", kWorldAddress, "\n", more);
}

constexpr char kTlsListener[] =
    "cafile ca/ca.pem\ncertfile server/server.pem\nkeyfile server/server.key\n"
    "require_certificate true\n";

std::string BrokerSettings(const Endpoint& endpoint) {
  std::string text =
      absl::StrCat(kBrokerSettings, geteuid() == 0 ? "user root\n" : "",  //
                   "pid_file broker.pid\n",                               //
                   "plugin ", endpoint.programs.plugin, "\n",             //
                   "plugin_opt_link_secret_file link.secret\n",           //
                   "plugin_opt_skip_unheard true\n",                      //
                   "plugin_opt_faults true\n",                            //
                   "plugin_opt_auth ", endpoint.tls ? "certificate_or_local" : "open", "\n",
                   endpoint.tls ? "plugin_opt_registry registry\n" : "",  //
                   Listener(endpoint.mqtt_port));
  if (endpoint.tls) absl::StrAppend(&text, Listener(endpoint.mqtts_port, kTlsListener));
  return absl::StrCat(text, "listener 0 link.sock\n");
}

std::string ShadowctlSettings(const Endpoint& endpoint) {
  std::string text = absl::StrCat("admin_socket = ", endpoint.File("admin.sock"),
                                  "\nendpoint = ", endpoint.HttpUrl(), "\nbroker = mqtt://",
                                  kWorldAddress, ":", endpoint.mqtt_port, "\n");
  if (endpoint.tls) {
    absl::StrAppend(&text, "registry = ", endpoint.File("registry"), "\nca = ", endpoint.File("ca"),
                    "\nthings = ", endpoint.File("things"),
                    "\nreload = ", endpoint.File("broker.pid"), "\n");
  }
  return text;
}

}  // namespace

std::string Endpoint::File(absl::string_view name) const { return absl::StrCat(folder, "/", name); }

std::string Endpoint::HttpUrl() const {
  return absl::StrCat("http://", kWorldAddress, ":", http_port);
}

std::string Endpoint::CaFile() const { return File("ca/ca.pem"); }

std::vector<std::pair<std::string, std::string>> Endpoint::Environment() const {
  std::vector<std::pair<std::string, std::string>> variables = {
      {"SHADOW_ENDPOINT", kWorldAddress},
      {"SHADOW_MQTT_PORT", absl::StrCat(mqtt_port)},
      {"AWS_ENDPOINT_URL_IOT_DATA_PLANE", HttpUrl()},
      {"SHADOWCTL_CONFIG", File("shadowctl.conf")}};
  if (tls) {
    variables.emplace_back("SHADOW_MQTTS_PORT", absl::StrCat(mqtts_port));
    variables.emplace_back("SHADOW_CA", CaFile());
  }
  return variables;
}

JsonText Endpoint::Description() const {
  std::vector<JsonText::Member> members = {{"endpoint", JsonText::String(kWorldAddress)},
                                           {"mqtt_port", JsonText::Number(mqtt_port)},
                                           {"http_url", JsonText::String(HttpUrl())},
                                           {"folder", JsonText::String(folder)},
                                           {"admin_socket", JsonText::String(File("admin.sock"))},
                                           {"shadowctl", JsonText::String(programs.shadowctl)},
                                           {"config", JsonText::String(File("shadowctl.conf"))}};
  if (tls) {
    members.emplace_back("mqtts_port", JsonText::Number(mqtts_port));
    members.emplace_back("ca", JsonText::String(CaFile()));
  }
  return JsonText::Object(members);
}

Start Endpoint::BrokerStart() const {
  return {.command = {programs.mosquitto, "-c", "mosquitto.conf"},
          .folder = folder,
          .log = File("broker.log")};
}

Start Endpoint::ServiceStart() const {
  // However deep the folder lies, within the 107 bytes of a socket's path.
  return {.command = {programs.shadowd, "--broker=unix:/proc/self/cwd/link.sock",
                      "--link_secret_file=link.secret", "--data_dir=data", "--durability=relaxed",
                      "--admin_socket=admin.sock", "--metrics_port=0", "--faults",
                      absl::StrCat("--http_port=", http_port), "--http_auth=open", kStoreBuffer,
                      kHistoryBuffer},
          .folder = folder,
          .log = File("shadowd.log")};
}

absl::Status ChoosePorts(Endpoint& endpoint) {
  std::vector<int> sockets;  // all held until all are chosen, so that they differ
  const absl::Cleanup release = [&sockets] {
    for (const int one : sockets) close(one);
  };
  for (int* const port : {&endpoint.mqtt_port, &endpoint.mqtts_port, &endpoint.http_port}) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    sockets.push_back(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (sockets.back() < 0 || bind(sockets.back(), generic, size) != 0 ||
        getsockname(sockets.back(), generic, &size) != 0) {
      return absl::UnavailableError(
          absl::StrCat("no port of ", kWorldAddress, " is to be had: ", strerror(errno)));
    }
    *port = ntohs(address.sin_port);
  }
  return absl::OkStatus();
}

absl::Status MakeCertificates(const Endpoint& endpoint) {
  for (const char* const name : {"ca", "server", "registry", "things"}) {
    std::error_code failed;
    std::filesystem::create_directory(endpoint.File(name), failed);
    if (failed) {
      return absl::InternalError(
          absl::StrCat(endpoint.File(name), " cannot be made: ", failed.message()));
    }
  }
  const int64_t now = absl::ToUnixSeconds(absl::Now());
  const auto authority = identity::Authority::Make(endpoint.File("ca"), now);
  if (!authority.ok()) return authority.status();
  const auto server = authority->IssueToServer("DNS:localhost,IP:127.0.0.1", now);
  if (!server.ok()) return server.status();
  absl::Status written = policy::WriteFileAtomically(endpoint.File("server/server.key"),
                                                     server->key, policy::kKeyMode);
  written.Update(policy::WriteFileAtomically(endpoint.File("server/server.pem"),
                                             server->certificate, policy::kEntryMode));
  return written;
}

absl::Status WriteFiles(const Endpoint& endpoint) {
  const std::pair<const char*, std::string> files[] = {
      {"link.secret", Secret()},
      {"mosquitto.conf", BrokerSettings(endpoint)},
      {"shadowctl.conf", ShadowctlSettings(endpoint)}};
  for (const auto& [name, text] : files) {
    absl::Status written = policy::WriteFileAtomically(endpoint.File(name), text, policy::kKeyMode);
    if (!written.ok()) return written;
  }
  return absl::OkStatus();
}

}  // namespace cli
