#include "plugin/options.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "plugin/quotas.h"

namespace plugin {
namespace {

absl::Status Bad(absl::string_view name, absl::string_view value, absl::string_view want) {
  return absl::InvalidArgumentError(
      absl::StrCat("plugin_opt_", name, ": '", value, "' is not ", want));
}

absl::Status Unknown(absl::string_view name) {
  return absl::InvalidArgumentError(
      absl::StrCat("plugin_opt_", name, " is not a setting; docs/operations.md lists them all"));
}

template <class Number>
absl::Status ParseNumber(absl::string_view name, absl::string_view value, Number least,
                         Number& out) {
  uint64_t number;
  if (!absl::SimpleAtoi(value, &number) || number > (uint64_t{1} << 40) ||
      static_cast<Number>(number) < least) {
    return Bad(name, value, absl::StrCat("a whole number from ", least, " up"));
  }
  out = static_cast<Number>(number);
  return absl::OkStatus();
}

absl::Status ParseBool(absl::string_view name, absl::string_view value, bool& out) {
  if (value != "true" && value != "false") return Bad(name, value, "true or false");
  out = value == "true";
  return absl::OkStatus();
}

absl::Status ParseOnForbidden(absl::string_view name, absl::string_view value, OnForbidden& out) {
  if (value != "disconnect" && value != "ignore") return Bad(name, value, "disconnect or ignore");
  out = value == "ignore" ? OnForbidden::kIgnore : OnForbidden::kDisconnect;
  return absl::OkStatus();
}

absl::Status ParseManner(absl::string_view name, absl::string_view value, Manners::Rules& rules) {
  using Rules = Manners::Rules;
  static constexpr std::pair<absl::string_view, bool Rules::*> kSwitches[] = {
      {"manner_no_qos_2", &Rules::no_qos_2},
      {"manner_no_unsupported_topic", &Rules::no_unsupported_topic},
      {"manner_keep_alive", &Rules::keep_alive},
  };
  static constexpr std::pair<absl::string_view, size_t Rules::*> kLimits[] = {
      {"manner_payload_bytes_max", &Rules::payload_bytes_max},
      {"manner_topic_bytes_max", &Rules::topic_bytes_max},
      {"manner_topic_slashes_max", &Rules::topic_slashes_max},
      {"manner_client_id_bytes_max", &Rules::client_id_bytes_max},
      {"manner_filters_max", &Rules::filters_max},
      {"manner_subscriptions_max", &Rules::subscriptions_max},
  };
  for (const auto& [known, member] : kSwitches) {
    if (name == known) return ParseBool(name, value, rules.*member);
  }
  for (const auto& [known, member] : kLimits) {
    if (name == known) return ParseNumber(name, value, size_t{0}, rules.*member);
  }
  return Unknown(name);
}

absl::Status ParseAuth(absl::string_view name, absl::string_view value, Auth& out) {
  if (value == "open") {
    out = Auth::kOpen;
  } else if (value == "certificate") {
    out = Auth::kCertificate;
  } else if (value == "certificate_or_local") {
    out = Auth::kCertificateOrLocal;
  } else {
    return Bad(name, value, "open, certificate or certificate_or_local");
  }
  return absl::OkStatus();
}

absl::Status ParseOne(absl::string_view name, const std::string& value, Options& options) {
  if (name == "link_secret_file") {
    options.link_secret_file = value;
    return absl::OkStatus();
  }
  if (name == "registry") {
    options.registry = value;
    return absl::OkStatus();
  }
  if (name == "auth") return ParseAuth(name, value, options.auth);
  if (name == "open_beyond_loopback") return ParseBool(name, value, options.open_beyond_loopback);
  if (name == "hash_excludes_parent") return ParseBool(name, value, options.hash_excludes_parent);
  if (name == "skip_unheard") return ParseBool(name, value, options.skip_unheard);
  if (name == "lifecycle_events") return ParseBool(name, value, options.lifecycle_events);
  if (name == "on_forbidden") return ParseOnForbidden(name, value, options.on_forbidden);
  if (name == "window_requests") {
    return ParseNumber(name, value, size_t{1}, options.window_requests);
  }
  if (name == "window_bytes") return ParseNumber(name, value, size_t{1024}, options.window_bytes);
  if (name == "request_bytes_max") {
    return ParseNumber(name, value, size_t{1024}, options.request_bytes_max);
  }
  if (name == "link_timeout_ms") {
    return ParseNumber(name, value, int64_t{1}, options.link_timeout_ms);
  }
  if (name == "aws_quotas") return ParseBool(name, value, options.aws_quotas);
  if (name == "quota_in_flight") {
    return ParseNumber(name, value, size_t{0}, options.quota_in_flight.emplace());
  }
  if (name == "quota_thing_rate") {
    return ParseNumber(name, value, size_t{0}, options.quota_thing_rate.emplace());
  }
  if (name == "aws_manners") return ParseBool(name, value, options.aws_manners);
  return ParseManner(name, value, options.manners);
}

}  // namespace

absl::StatusOr<Options> ParseOptions(const OptionList& list) {
  Options options;
  const std::pair<std::string, std::string> aws_manners("aws_manners", "true");
  if (std::find(list.begin(), list.end(), aws_manners) != list.end()) {
    options.manners = Manners::Aws();
  }
  for (const auto& [name, value] : list) {
    if (const absl::Status parsed = ParseOne(name, value, options); !parsed.ok()) return parsed;
  }
  if (options.link_secret_file.empty()) {
    return absl::InvalidArgumentError(
        "plugin_opt_link_secret_file is missing: name the file with the secret that shadowd "
        "shares");
  }
  if (options.auth != Auth::kOpen && options.registry.empty()) {
    return absl::InvalidArgumentError(
        "plugin_opt_registry is missing: with plugin_opt_auth other than open, name the folder of "
        "things, policies and certificates");
  }
  if (!options.quota_in_flight) {
    options.quota_in_flight = options.aws_quotas ? Quotas::kAwsInFlight : 0;
  }
  if (!options.quota_thing_rate) {
    options.quota_thing_rate = options.aws_quotas ? Quotas::kAwsThingRate : 0;
  }
  return options;
}

}  // namespace plugin
