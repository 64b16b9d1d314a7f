// The words of the routes below /_shadow/v1/. Other than at AWS's paths, a parameter that is not
// known is refused: one that is misspelt would be answered as if it were not there.
#pragma once

#include "rest/call.h"

namespace rest {

Routed ToListHistory(const Call& call);      // name, since, until, path, by, lane, limit, after
Routed ToForget(const Call& call);           // none
Routed ToVersionAt(const Call& call);        // name, at
Routed ToVersion(const Call& call);          // name
Routed ToCompareVersions(const Call& call);  // name, from, to
Routed ToBlame(const Call& call);            // name
Routed ToRestore(const Call& call);          // name; the body is a JSON object
Routed ToChanges(const Call& call);          // after, limit

}  // namespace rest
