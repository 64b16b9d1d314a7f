// A certificate of an authority that a test has the key of.
#pragma once

#include <string>

namespace control {

// PEM in, PEM out: for a key that nobody has, valid from yesterday until tomorrow.
std::string SignedBy(const std::string& authority, const std::string& key,
                     const std::string& common_name);

}  // namespace control
