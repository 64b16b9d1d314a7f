// Requests of several brokers that come again together, after a restart: in the order in which they
// were applied, so that what is answered again is heard in the order of versions everywhere.
#pragma once

#include <vector>

#include "service/commit/handler.h"
#include "service/commit/journal.h"

namespace service {

// Tells of each whether it is replayed. Requests of one broker keep their order among themselves.
void OrderReplays(Journal& journal, std::vector<Ask>& asks);

}  // namespace service
