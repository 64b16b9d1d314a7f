// One thing in a PEM text ("-----BEGIN CERTIFICATE-----" …), as people send it to be registered.
//
// Thread rule: free function without state; any thread.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace identity {

// The bytes of the only PEM block in `text`, which must be of one of `kinds` ("CERTIFICATE"), the
// first of which is the one that is asked for. Text around it is skipped.
//
// InvalidArgument says what is wrong, and shows nothing of the text but the kind of a block: it may
// be a private key that was sent by mistake.
absl::StatusOr<std::string> ReadOnlyBlock(absl::string_view text,
                                          absl::Span<const absl::string_view> kinds);

}  // namespace identity
