// A thing type as it is told: by `thing-type list` and `thing-type show`.
#pragma once

#include <string>

#include "cli/json_text.h"
#include "control/account.h"

namespace cli {

JsonText TypeObject(const control::Account& account, const policy::ThingType& type);

// "2026-11-29T12:00:00.000Z"; empty: it is not deprecated.
std::string DeprecatedText(const policy::ThingType& type);

}  // namespace cli
