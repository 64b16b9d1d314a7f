#include "shadow/refusal.h"

#include "absl/strings/str_cat.h"

namespace shadow {

Refusal InvalidJson() { return {400, "Payload contains invalid json"}; }
Refusal MissingState() { return {400, "Missing required node: state"}; }
Refusal StateNotAnObject() { return {400, "State node must be an object"}; }
Refusal InvalidNode(absl::string_view node) {
  return {400, absl::StrCat("State contains an invalid node: '", node, "'")};
}
Refusal NullInArray() { return {400, "State contains an invalid node"}; }
Refusal DesiredNotAnObject() { return {400, "Desired node must be an object"}; }
Refusal ReportedNotAnObject() { return {400, "Reported node must be an object"}; }
Refusal InvalidClientToken() { return {400, "Invalid clientToken"}; }
Refusal InvalidVersion() { return {400, "Invalid version"}; }
Refusal TooDeep(size_t depth_max) {
  return {400, absl::StrCat("JSON contains too many levels of nesting; maximum is ", depth_max)};
}
Refusal Unauthorized() { return {401, "Unauthorized"}; }
Refusal Forbidden() { return {403, "Forbidden"}; }
Refusal NoSuchShadow(const ShadowId& id) {
  return {404, absl::StrCat("No shadow exists with name: '", DisplayName(id), "'")};
}
Refusal VersionConflict() { return {409, "Version conflict"}; }
Refusal TooLarge(size_t bytes, size_t bytes_max) {
  return {413,
          absl::StrCat("Json document too large.  Size is ", bytes, ", max allowed: ", bytes_max)};
}
Refusal UnsupportedEncoding() {
  return {415, "Unsupported documented encoding; supported encoding is UTF-8"};
}
Refusal TooManyRequests() { return {429, "TOO_MANY_REQUESTS"}; }
Refusal InternalFailure() { return {500, "Internal service failure"}; }

}  // namespace shadow
