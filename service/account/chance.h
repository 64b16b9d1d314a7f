// What cannot be foreseen, from the system's source of randomness.
#pragma once

#include <string>

namespace service {

std::string NewUuid();  // version 4
std::string NewCode();  // 64 hex digits

}  // namespace service
