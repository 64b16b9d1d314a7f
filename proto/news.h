// What goes over the link so that several brokers are one: what the service has the plugins of the
// other brokers publish (news), how far each has come with it (taken), and the lifecycle events
// that a plugin has published for its own clients. docs/link-format.md has the bytes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "proto/envelope.h"
#include "shadow/id.h"

namespace proto {

// All messages that one request at another broker has caused.
struct NewsItem {
  uint64_t sequence = 0;  // of that request, in its plugin's epoch; 0: it was none of the link
  bool replayed = false;  // it was applied before, and is answered again
  shadow::ShadowId id;
  std::vector<LinkMessage> messages;  // none for the asker alone
};

// Service to plugin. Life and number name it: numbers rise within a life, with gaps.
struct News {
  uint64_t life = 0;    // of the service that serves; never 0
  uint64_t number = 0;  // never 0
  uint64_t origin = 0;  // the epoch of the plugin whose requests these were; 0: of none
  std::vector<NewsItem> items{};
};

class NewsWriter {
 public:
  NewsWriter(uint64_t life, uint64_t number, uint64_t origin);

  // Copies what it is handed. At most 65,535 messages; without an origin the sequence is 0.
  void Add(const NewsItem& item);

  size_t bytes() const { return bytes_.size(); }
  uint32_t items() const { return count_; }
  std::string Finish() &&;

 private:
  std::string bytes_;
  uint32_t count_ = 0;
};

// The last news that a plugin has dealt with: of life `life` it wants what comes after `number`.
// Plugin to service, after each hello and whenever it has changed.
struct Taken {
  uint64_t life = 0;    // that the last hello named; never 0
  uint64_t number = 0;  // 0: none of that life yet

  friend bool operator==(const Taken&, const Taken&) = default;
};

std::string EncodeTaken(uint64_t epoch, const Taken& taken);

// A lifecycle event, as the plugin has published it. The topic is below $aws/events/.
struct PublishedEvent {
  absl::string_view topic;
  absl::string_view payload;

  friend bool operator==(const PublishedEvent&, const PublishedEvent&) = default;
};

std::string EncodeEvents(uint64_t epoch, absl::Span<const PublishedEvent> events);

// Whether an envelope, which may be damaged, says that it is one. Decoding tells.
bool IsNews(absl::string_view bytes);
bool IsTaken(absl::string_view bytes);
bool IsEvents(absl::string_view bytes);

// Fail with InvalidArgument, or FailedPrecondition for another link version. Views of the results
// point into `bytes`.
absl::StatusOr<News> DecodeNews(absl::string_view bytes);
absl::StatusOr<Taken> DecodeTaken(absl::string_view bytes);
absl::StatusOr<std::vector<PublishedEvent>> DecodeEvents(absl::string_view bytes);

}  // namespace proto
