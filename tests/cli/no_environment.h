#pragma once

namespace cli {

// An environment in which nothing is set.
inline const char* NoEnvironment(const char*) { return nullptr; }

}  // namespace cli
