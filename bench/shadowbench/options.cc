#include "bench/shadowbench/options.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "bench/shadowbench/token.h"
#include "shadow/id.h"

ABSL_FLAG(std::string, broker, "127.0.0.1:1883", "HOST:PORT of the broker");
ABSL_FLAG(std::string, ca, "", "PEM file with the broker's CA: speak TLS");
ABSL_FLAG(std::string, cert, "", "PEM file with the client certificate");
ABSL_FLAG(std::string, key, "", "PEM file with the client certificate's key");
ABSL_FLAG(uint32_t, devices, 1, "connections that send requests, each for a thing of its own");
ABSL_FLAG(uint32_t, window, 1, "requests that each of them keeps unanswered");
ABSL_FLAG(uint32_t, idle, 0, "further connections that subscribe and send nothing");
ABSL_FLAG(int32_t, qos, 1, "QoS of requests and subscriptions: 0 or 1");
ABSL_FLAG(std::string, answers, "accepted",
          "what is subscribed: accepted (and rejected), or all (delta and documents too)");
ABSL_FLAG(double, target_rate, 0, "requests per second, together; 0: as fast as answers come");
ABSL_FLAG(std::string, shape, "flat", "of the documents: flat, nested, array or text");
ABSL_FLAG(uint32_t, document_bytes, 512, "size of the state, desired and reported together");
ABSL_FLAG(std::string, mix, "update:100", "shares in percent, such as update:20,get:75,delete:5");
ABSL_FLAG(std::string, shadow_name, "", "name of the shadows; empty: the classic ones");
ABSL_FLAG(uint32_t, shadows_per_device, 1,
          "named shadows of each device, to which requests go at random; their names are "
          "--shadow_name and six digits. 1: one shadow, called --shadow_name");
ABSL_FLAG(std::string, thing_prefix, "bench-", "what the thing names begin with");
ABSL_FLAG(uint64_t, seed, 1, "of the order in which the operations of a mix come");
ABSL_FLAG(double, warmup_seconds, 1, "time before the measurement");
ABSL_FLAG(double, seconds, 5, "time of the measurement");
ABSL_FLAG(double, wait_seconds, 30, "longest wait for connections, and for the last answers");
ABSL_FLAG(int32_t, broker_pid, 0, "process whose CPU time and memory count as the broker's");
ABSL_FLAG(int32_t, service_pid, 0, "process whose CPU time and memory count as the service's");
ABSL_FLAG(bool, json, false, "print the result as one line of JSON");

namespace bench {
namespace {

constexpr uint32_t kDevicesMax = 100'000;
constexpr uint32_t kShadowsPerDeviceMax = 1'000'000;  // as many as six digits can number
constexpr uint32_t kDocumentBytesMin = kSectionBytesMin + 60;
constexpr uint32_t kDocumentBytesMax = 1 << 20;

absl::Status Bad(absl::string_view flag, absl::string_view wanted) {
  return absl::InvalidArgumentError(absl::StrCat("--", flag, " takes ", wanted));
}

absl::StatusOr<Mix> ParseMix(absl::string_view text) {
  constexpr absl::string_view kWanted = "shares that add up to 100, such as update:20,get:80";
  Mix mix{.update_percent = 0};
  for (const absl::string_view part : absl::StrSplit(text, ',')) {
    const std::pair<absl::string_view, absl::string_view> share = absl::StrSplit(part, ':');
    int percent = 0;
    if (!absl::SimpleAtoi(share.second, &percent) || percent < 0) return Bad("mix", kWanted);
    if (share.first == "update") {
      mix.update_percent = percent;
    } else if (share.first == "get") {
      mix.get_percent = percent;
    } else if (share.first == "delete") {
      mix.delete_percent = percent;
    } else {
      return Bad("mix", kWanted);
    }
  }
  if (mix.update_percent + mix.get_percent + mix.delete_percent != 100) return Bad("mix", kWanted);
  return mix;
}

absl::Status ReadBroker(Options& options) {
  const std::string broker = absl::GetFlag(FLAGS_broker);
  const size_t colon = broker.rfind(':');
  uint32_t port = 0;
  if (colon == std::string::npos || !absl::SimpleAtoi(broker.substr(colon + 1), &port) ||
      port == 0 || port > 65535) {
    return Bad("broker", "HOST:PORT");
  }
  options.host = broker.substr(0, colon);
  options.port = static_cast<uint16_t>(port);
  options.tls = {absl::GetFlag(FLAGS_ca), absl::GetFlag(FLAGS_cert), absl::GetFlag(FLAGS_key)};
  if (options.tls.certificate.empty() != options.tls.key.empty()) {
    return absl::InvalidArgumentError("--cert and --key go together");
  }
  if (options.tls.ca.empty() && !options.tls.key.empty()) {
    return absl::InvalidArgumentError("--cert and --key need --ca");
  }
  return absl::OkStatus();
}

absl::Status ReadLoad(Options& options) {
  options.devices = absl::GetFlag(FLAGS_devices);
  options.idle = absl::GetFlag(FLAGS_idle);
  if (options.devices == 0 || options.devices > kDevicesMax || options.idle > kDevicesMax) {
    return Bad("devices", absl::StrCat("1 to ", kDevicesMax, ", --idle as many or none"));
  }
  options.window = absl::GetFlag(FLAGS_window);
  if (options.window == 0 || options.window > kSlotsMax) {
    return Bad("window", absl::StrCat("1 to ", kSlotsMax));
  }
  options.qos = absl::GetFlag(FLAGS_qos);
  if (options.qos != 0 && options.qos != 1) return Bad("qos", "0 or 1");

  const std::string answers = absl::GetFlag(FLAGS_answers);
  if (answers != "accepted" && answers != "all") return Bad("answers", "accepted or all");
  options.all_answers = answers == "all";

  options.target_rate = absl::GetFlag(FLAGS_target_rate);
  options.warmup_seconds = absl::GetFlag(FLAGS_warmup_seconds);
  options.seconds = absl::GetFlag(FLAGS_seconds);
  options.wait_seconds = absl::GetFlag(FLAGS_wait_seconds);
  if (options.target_rate < 0 || options.warmup_seconds < 0 || options.seconds <= 0 ||
      options.wait_seconds <= 0) {
    return absl::InvalidArgumentError("times and rates are not negative, --seconds is more than 0");
  }
  return absl::OkStatus();
}

absl::Status ReadDocuments(Options& options) {
  const absl::StatusOr<Shape> shape = ParseShape(absl::GetFlag(FLAGS_shape));
  if (!shape.ok()) return shape.status();
  options.shape = *shape;
  options.document_bytes = absl::GetFlag(FLAGS_document_bytes);
  if (options.document_bytes < kDocumentBytesMin || options.document_bytes > kDocumentBytesMax) {
    return Bad("document_bytes", absl::StrCat(kDocumentBytesMin, " to ", kDocumentBytesMax));
  }
  const absl::StatusOr<Mix> mix = ParseMix(absl::GetFlag(FLAGS_mix));
  if (!mix.ok()) return mix.status();
  options.mix = *mix;
  options.seed = absl::GetFlag(FLAGS_seed);

  options.shadow_name = absl::GetFlag(FLAGS_shadow_name);
  if (!options.shadow_name.empty() && !shadow::IsShadowName(options.shadow_name)) {
    return Bad("shadow_name", "a shadow name");
  }
  options.shadows_per_device = absl::GetFlag(FLAGS_shadows_per_device);
  if (options.shadows_per_device == 0 || options.shadows_per_device > kShadowsPerDeviceMax) {
    return Bad("shadows_per_device", absl::StrCat("1 to ", kShadowsPerDeviceMax));
  }
  options.thing_prefix = absl::GetFlag(FLAGS_thing_prefix);
  if (!shadow::IsThingName(absl::StrCat(options.thing_prefix, "00000"))) {
    return Bad("thing_prefix", "what a thing name may begin with");
  }
  return absl::OkStatus();
}

// Flags may be written with dashes.
std::string WithUnderscores(absl::string_view argument) {
  std::string text(argument);
  if (!absl::StartsWith(text, "--")) return text;
  std::replace(text.begin() + 2, std::find(text.begin(), text.end(), '='), '-', '_');
  return text;
}

}  // namespace

absl::StatusOr<Options> ReadOptions(int argc, char** argv) {
  std::vector<std::string> arguments;
  std::vector<char*> pointers;
  for (int i = 0; i < argc; ++i) arguments.push_back(WithUnderscores(argv[i]));
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  absl::SetProgramUsageMessage(
      "loads a broker with shadow requests and measures the answers.\n"
      "Exit code: 0 every request was answered once, 1 something was lost, doubled or refused, 2 "
      "bad "
      "flags or no broker.");
  const std::vector<char*> rest = absl::ParseCommandLine(argc, pointers.data());
  if (rest.size() > 1) {
    return absl::InvalidArgumentError(absl::StrCat("'", rest[1], "' is no flag"));
  }

  Options options;
  for (const auto& read : {ReadBroker, ReadLoad, ReadDocuments}) {
    if (const absl::Status status = read(options); !status.ok()) return status;
  }
  options.broker_pid = absl::GetFlag(FLAGS_broker_pid);
  options.service_pid = absl::GetFlag(FLAGS_service_pid);
  options.json = absl::GetFlag(FLAGS_json);
  return options;
}

}  // namespace bench
