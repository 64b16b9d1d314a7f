#include "faults/rejection.h"

#include "shadow/limits.h"

namespace faults {

shadow::Refusal Rejection(int code, const shadow::ShadowId& id, size_t bytes) {
  switch (code) {
    case 400:
      return shadow::InvalidJson();
    case 401:
      return shadow::Unauthorized();
    case 403:
      return shadow::Forbidden();
    case 404:
      return shadow::NoSuchShadow(id);
    case 409:
      return shadow::VersionConflict();
    case 413:
      return shadow::TooLarge(bytes, shadow::Limits().state_bytes_max);
    case 429:
      return shadow::TooManyRequests();
    default:
      return shadow::InternalFailure();
  }
}

}  // namespace faults
