#include "service/live/page_frame.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "policy/json_tree.h"
#include "proto/text.h"
#include "shadow/id.h"
#include "shadow/json.h"

namespace service {
namespace {

using policy::Node;

constexpr size_t kFrameBytesMax = 256 * 1024;
constexpr int kQosMax = 1;  // as AWS has it

absl::Status Wrong(absl::string_view why) { return absl::InvalidArgumentError(why); }

absl::StatusOr<absl::string_view> TextOf(const Node& frame, absl::string_view name,
                                         std::optional<absl::string_view> otherwise = {}) {
  const Node* const node = frame.Find(name);
  if (node == nullptr && otherwise) return *otherwise;
  if (node == nullptr) return Wrong(absl::StrCat("'", name, "' is missing"));
  if (node->kind != Node::Kind::kString) return Wrong(absl::StrCat("'", name, "' is no string"));
  return absl::string_view(node->text);
}

absl::StatusOr<int64_t> NumberOf(const Node& frame, absl::string_view name, int64_t otherwise,
                                 int64_t most) {
  const Node* const node = frame.Find(name);
  if (node == nullptr) return otherwise;
  int64_t number = 0;
  if (node->kind != Node::Kind::kNumber || !absl::SimpleAtoi(node->text, &number) || number < 0 ||
      number > most) {
    return Wrong(absl::StrCat("'", name, "' must be a whole number from 0 to ", most));
  }
  return number;
}

absl::StatusOr<bool> FlagOf(const Node& frame, absl::string_view name) {
  const Node* const node = frame.Find(name);
  if (node == nullptr) return false;
  if (node->kind != Node::Kind::kBool) {
    return Wrong(absl::StrCat("'", name, "' must be true or false"));
  }
  return node->text == "true";
}

absl::StatusOr<std::string> ThingOf(const Node& frame) {
  const auto thing = TextOf(frame, "thing");
  if (!thing.ok()) return thing.status();
  if (!shadow::IsThingName(*thing)) return Wrong("'thing' is not a thing's name");
  return std::string(*thing);
}

using Asks = decltype(PageFrame::asks);

absl::StatusOr<Asks> ReadThings(const Node& frame) {
  const auto words = TextOf(frame, "q", "");
  if (!words.ok()) return words.status();
  const auto sort = TextOf(frame, "sort", "name");
  if (!sort.ok()) return sort.status();
  auto query = RosterQuery::Parse(*words, *sort);
  if (!query.ok()) return query.status();
  const auto from = NumberOf(frame, "from", 0, UINT32_MAX);
  if (!from.ok()) return from.status();
  const auto to = NumberOf(frame, "to", *from, UINT32_MAX);
  if (!to.ok()) return to.status();
  if (*to < *from || static_cast<size_t>(*to - *from) > kWindowRowsMax) {
    return Wrong(absl::StrCat("'from' and 'to' must be 0 to ", kWindowRowsMax, " rows apart"));
  }
  const auto anew = FlagOf(frame, "anew");
  if (!anew.ok()) return anew.status();
  return Asks(FollowThings{.query = *std::move(query),
                           .from = static_cast<size_t>(*from),
                           .to = static_cast<size_t>(*to),
                           .anew = *anew});
}

absl::StatusOr<Asks> ReadShadow(const Node& frame) {
  auto thing = ThingOf(frame);
  if (!thing.ok()) return thing.status();
  const auto name = TextOf(frame, "name", "");
  if (!name.ok()) return name.status();
  if (!name->empty() && !shadow::IsShadowName(*name)) return Wrong("'name' is not a shadow's name");
  return Asks(FollowShadow{.thing = *std::move(thing), .name = std::string(*name)});
}

absl::StatusOr<Asks> ReadMqtt(const Node& frame) {
  const auto filter = TextOf(frame, "filter");
  if (!filter.ok()) return filter.status();
  if (filter->empty() || !proto::IsText(*filter)) return Wrong("'filter' is no topic filter");
  const auto qos = NumberOf(frame, "qos", 0, kQosMax);
  if (!qos.ok()) return qos.status();
  return Asks(FollowMqtt{.filter = std::string(*filter), .qos = static_cast<int>(*qos)});
}

absl::StatusOr<Asks> ReadFollow(const Node& frame) {
  const auto what = TextOf(frame, "what");
  if (!what.ok()) return what.status();
  if (*what == "things") return ReadThings(frame);
  if (*what == "shadow") return ReadShadow(frame);
  if (*what == "mqtt") return ReadMqtt(frame);
  if (*what == "faults") return Asks(FollowFaults{});
  if (*what == "health") return Asks(FollowHealth{});
  if (*what == "refusals") return Asks(FollowRefusals{});
  if (*what != "trace") return Wrong(absl::StrCat("there is no '", *what, "' to follow"));
  auto thing = ThingOf(frame);
  if (!thing.ok()) return thing.status();
  return Asks(FollowTrace{.thing = *std::move(thing)});
}

absl::StatusOr<Asks> ReadPublish(const Node& frame) {
  const auto topic = TextOf(frame, "topic");
  if (!topic.ok()) return topic.status();
  if (!proto::IsTopicName(*topic)) return Wrong("'topic' is no topic");
  const bool is_base64 = frame.Find("payload64") != nullptr;
  if (is_base64 && frame.Find("payload") != nullptr) {
    return Wrong("one of 'payload' and 'payload64' is enough");
  }
  const auto payload = TextOf(frame, is_base64 ? "payload64" : "payload", "");
  if (!payload.ok()) return payload.status();
  MqttPublish publish{.topic = std::string(*topic), .payload = std::string(*payload)};
  if (is_base64 && !absl::Base64Unescape(*payload, &publish.payload)) {
    return Wrong("'payload64' is no base64");
  }
  const auto qos = NumberOf(frame, "qos", 0, kQosMax);
  if (!qos.ok()) return qos.status();
  publish.qos = static_cast<int>(*qos);
  const auto retain = FlagOf(frame, "retain");
  if (!retain.ok()) return retain.status();
  publish.retain = *retain;
  return Asks(std::move(publish));
}

absl::StatusOr<Asks> ReadAsks(const Node& frame, absl::string_view what) {
  if (what == "follow") return ReadFollow(frame);
  if (what == "leave") return Asks(Leave{});
  if (what == "publish") return ReadPublish(frame);
  return Wrong(absl::StrCat("there is no '", what, "' to do"));
}

}  // namespace

std::variant<PageFrame, FrameFault> ReadFrame(absl::string_view text) {
  const auto tree = policy::ParseJsonTree(text, kFrameBytesMax);
  if (!tree.ok()) return FrameFault{.why = std::string(tree.status().message())};
  if (tree->kind != Node::Kind::kObject) return FrameFault{.why = "a frame is a JSON object"};
  const auto what = TextOf(*tree, "do");
  if (what.ok() && *what == "hello") {
    const auto csrf = TextOf(*tree, "csrf");
    if (!csrf.ok()) return FrameFault{.why = std::string(csrf.status().message())};
    return PageFrame{.asks = Hello{.csrf = std::string(*csrf)}};
  }
  const auto id = NumberOf(*tree, "id", 0, kFrameIdMax);
  if (!id.ok()) return FrameFault{.why = std::string(id.status().message())};
  if (*id == 0) return FrameFault{.why = "'id' must be from 1 to 2^53"};
  if (!what.ok()) return FrameFault{.id = *id, .why = std::string(what.status().message())};
  auto asks = ReadAsks(*tree, *what);
  if (!asks.ok()) return FrameFault{.id = *id, .why = std::string(asks.status().message())};
  return PageFrame{.id = *id, .asks = *std::move(asks)};
}

std::string ErrorFrame(int64_t id, absl::string_view why) {
  std::string out = id == 0 ? "{" : absl::StrCat("{\"id\":", id, ",");
  absl::StrAppend(&out, "\"error\":");
  shadow::PrintJsonString(why, out);
  return out + "}";
}

std::string LostFrame(int64_t id, uint64_t lost) {
  return absl::StrCat("{\"id\":", id, ",\"lost\":", lost, "}");
}

std::string FrameFront(int64_t id, int64_t at_ms) {
  return absl::StrCat("{\"id\":", id, ",\"at\":", at_ms);
}

}  // namespace service
