// Which store the settings ask for.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "service/config.h"
#include "storage/ownership.h"

namespace service {

// What it is called, for people: its folder, or its URL, in which there is no password.
const std::string& StoreName(const Config& config);

// `now` gives epoch seconds, on any thread, and outlives the result.
std::unique_ptr<storage::Ownership> OwnershipOf(const Config& config, std::function<int64_t()> now);

}  // namespace service
