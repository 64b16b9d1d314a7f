#include "service/link/merged_reply.h"

#include <algorithm>
#include <variant>

#include "absl/container/btree_map.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace service {
namespace {

using proto::CommandReply;
using proto::CommandResult;

template <class Command>
bool IsA(size_t what) {
  static const size_t index = proto::CommandWhat(Command()).index();
  return what == index;
}

bool IsDoneByOne(size_t what) {
  return IsA<proto::PublishCommand>(what) || IsA<proto::DisconnectCommand>(what) ||
         IsA<proto::RetainedCommand>(what);
}

void MergeRetained(absl::Span<const CommandReply> replies, uint16_t most, CommandReply& merged) {
  absl::btree_map<absl::string_view, const proto::RetainedMessage*> by_topic;
  for (const CommandReply& reply : replies) {
    for (const proto::RetainedMessage& message : reply.retained) {
      by_topic.try_emplace(message.topic, &message);
    }
  }
  std::vector<proto::RetainedMessage> retained;
  for (const auto& [topic, message] : by_topic) {
    if (retained.size() == most) break;
    retained.push_back(*message);
  }
  merged.retained = std::move(retained);
}

std::string SumOf(absl::Span<const CommandReply> replies) {
  uint64_t sum = 0;
  for (const CommandReply& reply : replies) {
    uint64_t ended = 0;
    if (absl::SimpleAtoi(reply.text, &ended)) sum += ended;
  }
  return absl::StrCat(sum);
}

}  // namespace

CommandReply MergedReply(size_t what, uint16_t most, absl::Span<const CommandReply> replies,
                         std::string& text) {
  const bool by_one = IsDoneByOne(what);
  const auto decides = [by_one](const CommandReply& reply) {
    return (reply.result == CommandResult::kDone) == by_one;
  };
  const auto decisive = std::find_if(replies.begin(), replies.end(), decides);
  CommandReply merged = decisive == replies.end() ? replies.front() : *decisive;
  if (IsA<proto::RetainedCommand>(what)) MergeRetained(replies, most, merged);
  if (IsA<proto::RegistryCommand>(what) && merged.result == CommandResult::kDone) {
    text = SumOf(replies);
    merged.text = text;
  }
  return merged;
}

}  // namespace service
