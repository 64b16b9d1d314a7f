// One request, from its payload to its answer. Pure: what is kept comes in, what is to be kept goes
// out, and the same input gives the same bytes again, which is what answering a request twice rests
// on.
#pragma once

#include <cstdint>
#include <optional>

#include "proto/envelope.h"
#include "shadow/arena.h"
#include "shadow/document.h"
#include "shadow/limits.h"
#include "shadow/refusal.h"

namespace service {

// A request and the one time that everything about it carries.
struct Ask {
  proto::LinkRequest request;
  int64_t now = 0;  // epoch seconds
};

// Words all messages that `ask` causes on a shadow of which `current` is kept, and gives the record
// to keep from now on; nothing if the request changes nothing.
std::optional<shadow::Record> Handle(const Ask& ask, const std::optional<shadow::Record>& current,
                                     const shadow::Limits& limits, shadow::Arena& arena,
                                     proto::AnswerBatchWriter& answers);

// Words a refusal that has nothing to do with the request's content.
void Refuse(const Ask& ask, const shadow::Refusal& refusal, shadow::Arena& arena,
            proto::AnswerBatchWriter& answers);

}  // namespace service
