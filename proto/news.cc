#include "proto/news.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "proto/client_topics.h"
#include "proto/envelope_bytes.h"
#include "proto/text.h"

namespace proto {
namespace {

constexpr size_t kNewsItemBytes = 13;  // fixed part of an item
constexpr size_t kEventBytes = 6;      // of an event

absl::Status MalformedItem(uint32_t index, absl::string_view fault) {
  return absl::InvalidArgumentError(absl::StrCat("link envelope: news, item ", index, ": ", fault));
}

absl::Status CheckNewsItem(const News& news, const NewsItem& item, uint32_t index) {
  if (!shadow::IsThingName(item.id.thing) ||
      (!item.id.classic() && !shadow::IsShadowName(item.id.name))) {
    return MalformedItem(index, "a thing or shadow name breaks its pattern");
  }
  if (news.origin == 0 && item.sequence != 0) {
    return MalformedItem(index, "of a request of no epoch");
  }
  return absl::OkStatus();
}

bool IsPublishedEvent(const PublishedEvent& event) {
  return absl::StartsWith(event.topic, kLifecycleTopics) && IsTopicName(event.topic);
}

}  // namespace

NewsWriter::NewsWriter(uint64_t life, uint64_t number, uint64_t origin)
    : bytes_(EnvelopeHead(EnvelopeType::kNews, origin)) {
  PutNumber(life, bytes_);
  PutNumber(number, bytes_);
}

void NewsWriter::Add(const NewsItem& item) {
  PutNumber(item.sequence, bytes_);
  PutNumber(static_cast<uint8_t>(item.replayed), bytes_);
  PutNumber(static_cast<uint8_t>(item.id.thing.size()), bytes_);
  PutNumber(static_cast<uint8_t>(item.id.name.size()), bytes_);
  PutNumber(static_cast<uint16_t>(item.messages.size()), bytes_);
  absl::StrAppend(&bytes_, item.id.thing, item.id.name);
  for (const LinkMessage& message : item.messages) {
    PutNumber(static_cast<uint32_t>(message.topic), bytes_);
    PutNumber(static_cast<uint32_t>(message.payload.size()), bytes_);
    bytes_.append(message.payload.data(), message.payload.size());
  }
  ++count_;
}

std::string NewsWriter::Finish() && {
  PutAt(count_, kEnvelopeCountAt, bytes_);
  return std::move(bytes_);
}

std::string EncodeTaken(uint64_t epoch, const Taken& taken) {
  std::string bytes = EnvelopeHead(EnvelopeType::kTaken, epoch);
  PutNumber(taken.life, bytes);
  PutNumber(taken.number, bytes);
  return bytes;
}

std::string EncodeEvents(uint64_t epoch, absl::Span<const PublishedEvent> events) {
  std::string bytes = EnvelopeHead(EnvelopeType::kEvents, epoch);
  PutAt(static_cast<uint32_t>(events.size()), kEnvelopeCountAt, bytes);
  for (const PublishedEvent& event : events) {
    PutText(event.topic, bytes);
    PutNumber(static_cast<uint32_t>(event.payload.size()), bytes);
    bytes.append(event.payload.data(), event.payload.size());
  }
  return bytes;
}

bool IsNews(absl::string_view bytes) { return IsOfType(bytes, EnvelopeType::kNews); }
bool IsTaken(absl::string_view bytes) { return IsOfType(bytes, EnvelopeType::kTaken); }
bool IsEvents(absl::string_view bytes) { return IsOfType(bytes, EnvelopeType::kEvents); }

absl::StatusOr<News> DecodeNews(absl::string_view bytes) {
  EnvelopeReader reader(bytes);
  const auto header = TakeHeader(reader);
  if (!header.ok()) return header.status();
  News news{.life = reader.Number<uint64_t>(),
            .number = reader.Number<uint64_t>(),
            .origin = header->epoch};
  if (header->type != EnvelopeType::kNews || news.life == 0 || news.number == 0) {
    return absl::InvalidArgumentError("link envelope: not news of a life");
  }
  if (header->count > reader.left() / kNewsItemBytes) {
    return absl::InvalidArgumentError("link envelope: more news announced than it can hold");
  }
  news.items.reserve(header->count);
  for (uint32_t i = 0; i < header->count; ++i) {
    NewsItem& item = news.items.emplace_back();
    item.sequence = reader.Number<uint64_t>();
    const auto replayed = reader.Number<uint8_t>();
    const auto thing_bytes = reader.Number<uint8_t>();
    const auto name_bytes = reader.Number<uint8_t>();
    const auto messages = reader.Number<uint16_t>();
    if (replayed > 1) return MalformedItem(i, "replayed is neither 0 nor 1");
    item.replayed = replayed == 1;
    item.id.thing = reader.Bytes(thing_bytes);
    item.id.name = reader.Bytes(name_bytes);
    for (uint16_t m = 0; m < messages && reader.ok(); ++m) {
      const auto topic = reader.Number<uint32_t>();
      const absl::string_view payload = reader.Bytes(reader.Number<uint32_t>());
      if (topic >= kAnswerTopics) return MalformedItem(i, "an unknown topic");
      item.messages.push_back({static_cast<AnswerTopic>(topic), payload});
    }
    if (!reader.ok()) return MalformedItem(i, "it is cut short");
    if (const absl::Status fault = CheckNewsItem(news, item, i); !fault.ok()) return fault;
  }
  if (reader.left() != 0) return absl::InvalidArgumentError("link envelope: bytes after its end");
  return news;
}

absl::StatusOr<Taken> DecodeTaken(absl::string_view bytes) {
  EnvelopeReader reader(bytes);
  const auto header = TakeHeader(reader);
  if (!header.ok()) return header.status();
  const Taken taken{.life = reader.Number<uint64_t>(), .number = reader.Number<uint64_t>()};
  if (header->type != EnvelopeType::kTaken || header->epoch == 0 || header->count != 0 ||
      taken.life == 0 || !reader.ok() || reader.left() != 0) {
    return absl::InvalidArgumentError("link envelope: what was taken is malformed");
  }
  return taken;
}

absl::StatusOr<std::vector<PublishedEvent>> DecodeEvents(absl::string_view bytes) {
  EnvelopeReader reader(bytes);
  const auto header = TakeHeader(reader);
  if (!header.ok()) return header.status();
  if (header->count > reader.left() / kEventBytes) {
    return absl::InvalidArgumentError("link envelope: more events announced than it can hold");
  }
  std::vector<PublishedEvent> events;
  bool known = header->type == EnvelopeType::kEvents && header->epoch != 0;
  for (uint32_t i = 0; i < header->count && known && reader.ok(); ++i) {
    PublishedEvent& event = events.emplace_back();
    event.topic = TakeText(reader);
    event.payload = reader.Bytes(reader.Number<uint32_t>());
    known = IsPublishedEvent(event);
  }
  if (!known || !reader.ok() || reader.left() != 0) {
    return absl::InvalidArgumentError("link envelope: events are malformed");
  }
  return events;
}

}  // namespace proto
