#include "plugin/options.h"

#include <algorithm>
#include <iterator>
#include <type_traits>

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

// The member, of the options or of their manners.
template <class Member>
Member& In(Options& options, Member Options::*member) {
  return options.*member;
}

template <class Member>
Member& In(Options& options, Member Manners::Rules::*member) {
  return options.manners.*member;
}

// How the value of a setting gets into its member, by what it is: Text, Number, Choice, Switch.
template <auto kMember>
absl::Status Text(absl::string_view, absl::string_view value, Options& options) {
  In(options, kMember) = std::string(value);
  return absl::OkStatus();
}

constexpr uint64_t kNumberMost = uint64_t{1} << 40;

template <auto kMember, uint64_t kLeast = 0, uint64_t kMost = kNumberMost>
absl::Status Number(absl::string_view name, absl::string_view value, Options& options) {
  uint64_t number;
  if (!absl::SimpleAtoi(value, &number) || number < kLeast || number > kMost) {
    return Bad(name, value,
               kMost == kNumberMost ? absl::StrCat("a whole number from ", kLeast, " up")
                                    : absl::StrCat("a whole number from ", kLeast, " to ", kMost));
  }
  auto& member = In(options, kMember);
  member = static_cast<std::decay_t<decltype(member)>>(number);
  return absl::OkStatus();
}

template <auto kMember, const auto& kChoices>
absl::Status Choice(absl::string_view name, absl::string_view value, Options& options) {
  std::string names;
  for (size_t i = 0; i < std::size(kChoices); ++i) {
    const auto& [known, choice] = kChoices[i];
    if (value == known) {
      In(options, kMember) = choice;
      return absl::OkStatus();
    }
    const bool last = i + 1 == std::size(kChoices);
    absl::StrAppend(&names, names.empty() ? "" : last ? " or " : ", ", known);
  }
  return Bad(name, value, names);
}

constexpr std::pair<absl::string_view, bool> kOnOff[] = {{"true", true}, {"false", false}};
constexpr std::pair<absl::string_view, OnForbidden> kOnForbidden[] = {
    {"disconnect", OnForbidden::kDisconnect},
    {"ignore", OnForbidden::kIgnore},
};
constexpr std::pair<absl::string_view, Auth> kAuth[] = {
    {"open", Auth::kOpen},
    {"certificate", Auth::kCertificate},
    {"certificate_or_local", Auth::kCertificateOrLocal},
};

template <auto kMember>
constexpr auto Switch = Choice<kMember, kOnOff>;

using Rules = Manners::Rules;

struct Setting {
  absl::string_view name;
  absl::Status (*take)(absl::string_view name, absl::string_view value, Options& options);
};

// The settings, a row each: name, what it is, its member, and the least or the choices.
constexpr Setting kSettings[] = {
    {"link_secret_file", Text<&Options::link_secret_file>},
    {"auth", Choice<&Options::auth, kAuth>},
    {"registry", Text<&Options::registry>},
    {"open_beyond_loopback", Switch<&Options::open_beyond_loopback>},
    {"open_to_websocket", Switch<&Options::open_to_websocket>},
    {"hash_excludes_parent", Switch<&Options::hash_excludes_parent>},
    {"on_forbidden", Choice<&Options::on_forbidden, kOnForbidden>},
    {"lifecycle_events", Switch<&Options::lifecycle_events>},
    {"faults", Switch<&Options::faults>},
    {"skip_unheard", Switch<&Options::skip_unheard>},
    {"window_requests", Number<&Options::window_requests, 1>},
    {"window_bytes", Number<&Options::window_bytes, 1024>},
    {"request_bytes_max", Number<&Options::request_bytes_max, 1024>},
    {"link_timeout_ms", Number<&Options::link_timeout_ms, 1>},
    {"aws_quotas", Switch<&Options::aws_quotas>},
    {"quota_in_flight", Number<&Options::quota_in_flight>},
    {"quota_thing_rate", Number<&Options::quota_thing_rate>},
    {"aws_manners", Switch<&Options::aws_manners>},
    {"manner_no_qos_2", Switch<&Rules::no_qos_2>},
    {"manner_no_unsupported_topic", Switch<&Rules::no_unsupported_topic>},
    {"manner_payload_bytes_max", Number<&Rules::payload_bytes_max>},
    {"manner_topic_bytes_max", Number<&Rules::topic_bytes_max>},
    {"manner_topic_slashes_max", Number<&Rules::topic_slashes_max>},
    {"manner_no_reserved_client_id", Switch<&Rules::no_reserved_client_id>},
    {"manner_filters_max", Number<&Rules::filters_max>},
    {"manner_subscriptions_max", Number<&Rules::subscriptions_max>},
    {"manner_keep_alive", Switch<&Rules::keep_alive>},
    {"manner_client_id_bytes_max",
     Number<&Rules::client_id_bytes_max, 1, Manners::kClientIdBytesMost>},
    {"manner_head_bytes_max", Number<&Rules::head_bytes_max>},
    {"manner_session_filters_max",
     Number<&Rules::session_filters_max, 1, Manners::kSessionFiltersMost>},
};

absl::Status ParseOne(absl::string_view name, absl::string_view value, Options& options) {
  for (const Setting& setting : kSettings) {
    if (name == setting.name) return setting.take(name, value, options);
  }
  return absl::InvalidArgumentError(
      absl::StrCat("plugin_opt_", name, " is not a setting; docs/operations.md lists them all"));
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

std::string WhatDoesNotFit(const Options& options, const measure::MemoryLimit& limit) {
  if (options.window_bytes < limit.bytes) return "";
  return absl::StrCat("window_bytes: '", options.window_bytes,
                      "' is as much as all the memory there is, ", limit.bytes, " bytes by ",
                      limit.owner, ", or more");
}

}  // namespace plugin
