// What several plugins say to one command, as one reply.
#pragma once

#include <cstdint>
#include <string>

#include "absl/types/span.h"
#include "proto/command.h"

namespace service {

// `what`: the index of the command in CommandWhat. `replies` are not empty.
//
// Publish, disconnect and what is retained are done if one plugin has done them; everything else if
// all have, or else the first that has not says why. Of retained messages those of one topic are
// the first that told of it, the first `most` topics count. Texts are the first's, but the count of
// ended connections (registry) is the sum, kept in `text`.
proto::CommandReply MergedReply(size_t what, uint16_t most,
                                absl::Span<const proto::CommandReply> replies, std::string& text);

}  // namespace service
