// The door of the reserved topics: what nobody but the service may do, whatever else is allowed;
// and by what it is known.
#pragma once

#include "absl/strings/string_view.h"

namespace plugin {

// May an ordinary client publish this? As proto/client_topics.h says.
bool MayPublish(absl::string_view topic, bool retain);

// May an ordinary client subscribe to this filter, `$share/GROUP/` before it or not? Not to the
// link's topics.
bool MaySubscribe(absl::string_view filter);

// May an ordinary client be handed a message on this topic? None of the link's, and no request
// beyond shadows, which is the service's alone.
bool MayReceive(absl::string_view topic);

// Client ids that nobody but the service may have.
bool IsReservedId(absl::string_view client_id);

// Whether who comes has the link's secret. Takes as long for a near miss as for a far one.
bool SameSecret(absl::string_view a, absl::string_view b);

// `filter` without the `$share/GROUP/` of a shared subscription.
absl::string_view WithoutShare(absl::string_view filter);

}  // namespace plugin
