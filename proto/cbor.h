// CBOR (RFC 8949) of devices, as the JSON that everything else here reads and words.
//
// Taken is what devices need (docs/contract-device-topics.md): maps with text keys, arrays, text,
// byte strings, integers, booleans and null, all of definite length.
#pragma once

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace proto {

inline constexpr size_t kCborDepthMax = 16;  // maps and arrays within each other

// As compact JSON text; byte strings become base64 text. InvalidArgument, with what is wrong: all
// else that CBOR has (tags, floats, other simple values, indefinite lengths, integers below -2^63),
// a key that is no text or stands twice in one map, text that is no UTF-8, too deep, too short, or
// something behind the end.
absl::StatusOr<std::string> JsonOfCbor(absl::string_view bytes);

// Of JSON that was worded here: text, integers, booleans, null, arrays and maps, the members in
// their order. Lengths are definite, and everything has its shortest form. What is no JSON becomes
// null.
std::string CborOfJson(absl::string_view json);

}  // namespace proto
