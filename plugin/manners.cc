#include "plugin/manners.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "plugin/gate.h"
#include "plugin/reserved_topics.h"

namespace plugin {
namespace {

constexpr int kKeepAliveLeast = 30;
constexpr int kKeepAliveMost = 1200;

// `topic` without the `$aws/rules/NAME/` of Basic Ingest, which AWS does not count.
absl::string_view Counted(absl::string_view topic) {
  constexpr absl::string_view kRules = "$aws/rules/";
  if (!absl::StartsWith(topic, kRules)) return topic;
  const size_t slash = topic.find('/', kRules.size());
  return slash == absl::string_view::npos ? "" : topic.substr(slash + 1);
}

}  // namespace

Manners::Rules Manners::Aws() {
  return {.no_qos_2 = true,
          .no_unsupported_topic = true,
          .no_reserved_client_id = true,
          .keep_alive = true,
          .payload_bytes_max = 128 * 1024,
          .topic_bytes_max = 256,
          .topic_slashes_max = 7,
          .filters_max = 8,
          .subscriptions_max = 50};
}

std::optional<Manners::Fault> Manners::Connect(absl::string_view client_id) const {
  if (client_id.size() > rules_.client_id_bytes_max) {
    return Fault{"client_id_bytes_max",
                 absl::StrCat("a client id of ", client_id.size(), " bytes; at most ",
                              rules_.client_id_bytes_max)};
  }
  if (!rules_.no_reserved_client_id || !absl::StartsWith(client_id, "$")) return std::nullopt;
  return Fault{"no_reserved_client_id", "a client id that begins with $"};
}

std::optional<Manners::Fault> Manners::KeepAlive(int seconds) const {
  if (!rules_.keep_alive) return std::nullopt;
  const int aws =
      seconds == 0 ? kKeepAliveMost : std::clamp(seconds, kKeepAliveLeast, kKeepAliveMost);
  if (aws == seconds) return std::nullopt;
  return Fault{"keep_alive",
               absl::StrCat("a keep-alive of ", seconds, " s; AWS would take it as ", aws, " s")};
}

std::optional<Manners::Fault> Manners::Publish(absl::string_view topic, size_t payload_bytes,
                                               int qos, bool retain) const {
  if (rules_.no_qos_2 && qos > 1) return Fault{"no_qos_2", "a publish at QoS 2; at most QoS 1"};
  if (rules_.payload_bytes_max > 0 && payload_bytes > rules_.payload_bytes_max) {
    return Fault{"payload_bytes_max", absl::StrCat("a payload of ", payload_bytes,
                                                   " bytes; at most ", rules_.payload_bytes_max)};
  }
  if (rules_.no_unsupported_topic && IsReservedOnAws(topic)) {
    if (!AwsLetsPublish(topic)) {
      return Fault{"no_unsupported_topic", absl::StrCat("a publish to ", topic)};
    }
    if (retain) return Fault{"no_unsupported_topic", absl::StrCat("a retained publish to ", topic)};
  }
  return Topic(topic, "topic");
}

std::optional<Manners::Fault> Manners::Head(size_t bytes) const {
  if (rules_.head_bytes_max == 0 || bytes <= rules_.head_bytes_max) return std::nullopt;
  return Fault{"head_bytes_max",
               absl::StrCat("a message with ", bytes, " bytes beside its payload; at most ",
                            rules_.head_bytes_max)};
}

std::optional<Manners::Fault> Manners::Session(size_t filters) const {
  if (filters <= rules_.session_filters_max) return std::nullopt;
  return Fault{"session_filters_max", absl::StrCat("a subscription beyond ",
                                                   rules_.session_filters_max, " of its session")};
}

std::optional<Manners::Fault> Manners::Topic(absl::string_view topic,
                                             absl::string_view what) const {
  const absl::string_view counted = Counted(topic);
  if (rules_.topic_bytes_max > 0 && counted.size() > rules_.topic_bytes_max) {
    return Fault{"topic_bytes_max", absl::StrCat("a ", what, " of ", counted.size(),
                                                 " bytes; at most ", rules_.topic_bytes_max)};
  }
  if (rules_.topic_slashes_max == 0) return std::nullopt;
  const auto slashes = static_cast<size_t>(std::count(counted.begin(), counted.end(), '/'));
  if (slashes <= rules_.topic_slashes_max) return std::nullopt;
  // Some of AWS's own topics have more.
  const bool own = counted.size() == topic.size() && IsReservedOnAws(topic) &&
                   (AwsLetsPublish(topic) || AwsLetsSubscribe(topic));
  if (own) return std::nullopt;
  return Fault{"topic_slashes_max", absl::StrCat("a ", what, " with ", slashes,
                                                 " slashes; at most ", rules_.topic_slashes_max)};
}

std::optional<Manners::Fault> Manners::Subscribe(uint64_t connection, absl::string_view filter,
                                                 int qos, bool one_packet_a_turn) {
  const absl::string_view plain = WithoutShare(filter);
  if (rules_.no_qos_2 && qos > 1) {
    return Fault{"no_qos_2", "a subscription at QoS 2; at most QoS 1"};
  }
  if (rules_.no_unsupported_topic && IsReservedOnAws(plain) && !AwsLetsSubscribe(plain)) {
    return Fault{"no_unsupported_topic", absl::StrCat("a subscription to ", plain)};
  }
  if (rules_.head_bytes_max > 0 && filter.size() > rules_.head_bytes_max) {
    return Fault{"head_bytes_max", absl::StrCat("a filter of ", filter.size(), " bytes; at most ",
                                                rules_.head_bytes_max)};
  }
  if (auto fault = Topic(plain, "filter")) return fault;
  if (rules_.filters_max == 0 && rules_.subscriptions_max == 0) return std::nullopt;
  return Count(connection, filter, one_packet_a_turn);
}

std::optional<Manners::Fault> Manners::Count(uint64_t connection, absl::string_view filter,
                                             bool one_packet_a_turn) {
  Subscriptions& known = connections_[connection];
  if (known.turn != turn_) known.in_turn = 0;
  known.turn = turn_;
  if (++known.in_turn > rules_.filters_max && rules_.filters_max > 0 && one_packet_a_turn) {
    return Fault{"filters_max",
                 absl::StrCat("a SUBSCRIBE with more than ", rules_.filters_max, " filters")};
  }
  if (rules_.subscriptions_max == 0 || known.filters.contains(filter)) return std::nullopt;
  if (known.filters.size() >= rules_.subscriptions_max) {
    return Fault{"subscriptions_max",
                 absl::StrCat("more than ", rules_.subscriptions_max, " subscriptions")};
  }
  known.filters.emplace(filter);
  return std::nullopt;
}

void Manners::Unsubscribe(uint64_t connection, absl::string_view filter) {
  const auto known = connections_.find(connection);
  if (known != connections_.end()) known->second.filters.erase(filter);
}

}  // namespace plugin
