// The topics that AWS IoT Core keeps for itself, all that begin with `$`, and what its clients may
// do with each: the tables of AWS's page "Reserved topics". Whatever else begins with `$` is
// unsupported there, and ends the connection of a client that touches it.
#pragma once

#include "absl/strings/string_view.h"

namespace plugin {

// Does the topic or filter begin with `$`? A shared subscription's filter is what follows its
// group.
bool IsReservedOnAws(absl::string_view topic_or_filter);

// May a client on AWS publish to this topic? For topics that begin with `$`.
bool AwsLetsPublish(absl::string_view topic);

// Can this filter match a topic that a client on AWS may subscribe to? For filters that begin with
// `$`, the `$share/GROUP/` of a shared subscription left out.
bool AwsLetsSubscribe(absl::string_view filter);

}  // namespace plugin
