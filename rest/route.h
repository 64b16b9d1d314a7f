// From a request to the operation it asks for, or why there is none. Pure.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "rest/error.h"
#include "rest/message.h"
#include "rest/operation.h"
#include "rest/target.h"

namespace rest {

inline constexpr size_t kPageSizeMax = 100;     // I7
inline constexpr size_t kPageSizeDefault = 25;  // I7
inline constexpr size_t kRetainedMax = 200;     // J7
inline constexpr size_t kRetainedDefault = 20;
inline constexpr size_t kTopicBytesMax = 256;     // K3
inline constexpr size_t kClientIdBytesMax = 128;  // K3
inline constexpr size_t kUserPropertiesMax = 64;
inline constexpr size_t kHistoryMax = 1000;  // entries of one answer
inline constexpr size_t kHistoryDefault = 100;
inline constexpr size_t kPathNamesMax = 129;  // a section, and as deep as any state can be

// `target` is request.target, parsed. HEAD is routed as GET. A parameter that is known and given
// twice is refused, an unknown one is ignored at AWS's paths and refused below /_shadow/.
std::variant<Operation, Error> Route(const Request& request, const Target& target);

// Whether there is a route at the path, whatever its methods.
bool IsRouted(const Target& target);

// Every route, as "GET /things/{thingName}/shadow": a method and a path as AWS writes it. {name}
// is one segment, {name+} at the end all that follow.
std::vector<std::string> AllRoutes();

// The nextToken that continues a list after `last`. Opaque: clients are not to read anything into
// it.
std::string PageToken(absl::string_view last);

}  // namespace rest
