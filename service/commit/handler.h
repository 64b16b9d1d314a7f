// One request, from its payload to its answer. Pure: what is kept comes in, what is to be kept goes
// out, and the same input gives the same bytes again, which is what answering a request twice rests
// on.
#pragma once

#include <cstdint>
#include <optional>

#include "proto/envelope.h"
#include "proto/request.h"
#include "service/watch/tally.h"
#include "shadow/arena.h"
#include "shadow/document.h"
#include "shadow/limits.h"
#include "shadow/refusal.h"
#include "storage/history_entry.h"

namespace service {

// A request and the one time that everything about it carries.
struct Ask {
  proto::LinkRequest request;
  size_t broker = 0;         // whose plugin asks
  int64_t now = 0;           // epoch seconds
  bool replayed = false;     // with several brokers: the journal has it, and answers it again
  bool restores = false;     // an update that brings an earlier version's content back
  bool of_thing = false;     // it came over a connection that stands for the shadow's thing
  storage::Author author{};  // without a token; views that hold while the request is handled
};

// A request that did not come over the link has no sequence there.
inline Way WayOf(const Ask& ask) { return ask.request.sequence == 0 ? Way::kHttps : Way::kMqtt; }

// What came of a request.
struct Handled {
  std::optional<shadow::Record> record{};  // to keep from now on; nothing: it changes nothing
  int code = 200;                          // of a refusal (H1); 200: accepted
  proto::ClientToken token{};
  int64_t version = 0;         // of the document that a get was answered with
  bool names_desired = false;  // an update with a word on that section
  // True: a delta was worded. Nothing: none was to be, whether or not there is one.
  std::optional<bool> differs{};
};

// Words all messages that `ask` causes on a shadow of which `current` is kept.
Handled Handle(const Ask& ask, const std::optional<shadow::Record>& current,
               const shadow::Limits& limits, shadow::Arena& arena,
               proto::AnswerBatchWriter& answers);

// Words a refusal that has nothing to do with the request's content.
void Refuse(const Ask& ask, const shadow::Refusal& refusal, shadow::Arena& arena,
            proto::AnswerBatchWriter& answers);

}  // namespace service
